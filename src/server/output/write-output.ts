import { limits } from '#domain/limits.ts';
import type { OutputStream } from '#domain/output.ts';
import { toUnavailable } from '../db/connection.ts';
import { outputChannel } from '../log/listen.ts';
import type { Pulse } from '../pulse.ts';

/** A part of what a role has printed, from the adapter that runs it. */
export interface PrintedChunk {
  key: string;
  /** Of the lease under which the round was begun. */
  epoch: number;
  round: number;
  role: string;
  stream: OutputStream;
  /** Text that PostgreSQL can hold. */
  text: string;
  bytes: number;
  /** How many bytes the round had printed when this chunk was over, those included that were dropped. */
  endByte: number;
  at: Date;
}

/**
 * Stores what roles have printed, and drops the oldest of what a round has too much. The same chunks can be given again.
 *
 * Of a round only the adapter that runs it is heard: once another one has claimed the workflow its chunks are dropped. What a
 * role prints while it is being stopped, after an abort, is still taken.
 *
 * It locks no row that an append or a claim needs. The notifications are sent by a statement of their own: a transaction that
 * has written keeps everybody else's notifying commit waiting until it is on disk, an abort's too.
 * **Errors** `UNAVAILABLE`; give the same chunks again.
 */
export async function writeOutput(pulse: Pulse, chunks: readonly PrintedChunk[]): Promise<void> {
  const column = <Name extends keyof PrintedChunk>(name: Name) => chunks.map((chunk) => chunk[name]);
  try {
    // What is one ahead of us without being another's lease is an abort, an end or a wait of this one.
    const written = await pulse.prisma.$queryRaw<{ key: string }[]>`
      WITH given AS (
        SELECT * FROM unnest(${column('key')}::text[], ${column('epoch')}::int[], ${column('round')}::int[],
            ${column('endByte')}::bigint[], ${column('bytes')}::int[], ${column('role')}::text[],
            ${column('stream')}::text[], ${column('text')}::text[], ${column('at')}::timestamptz[])
          AS g(key, epoch, round, end_byte, bytes, role, stream, text, at)
      ), held AS MATERIALIZED (
        SELECT g.* FROM given g JOIN stream s ON s.key = g.key
        WHERE s.lease_epoch = g.epoch OR (s.lease_epoch = g.epoch + 1
          AND NOT EXISTS (SELECT FROM lease l WHERE l.key = s.key AND l.epoch = s.lease_epoch))
      ), written AS (
        INSERT INTO role_output (key, round, end_byte, bytes, role, stream, text, at)
        SELECT key, round, end_byte, bytes, role, stream, text, at FROM held
        ON CONFLICT DO NOTHING
        RETURNING key
      ), dropped AS (
        DELETE FROM role_output o
        USING (SELECT key, round, max(end_byte) AS newest FROM held GROUP BY key, round) AS h
        WHERE o.key = h.key AND o.round = h.round AND o.end_byte <= h.newest - ${limits.roundOutputBytes}::int
      )
      SELECT DISTINCT key FROM written`;
    if (written.length === 0) return;
    const keys = written.map(({ key }) => key);
    await pulse.prisma.$queryRaw`SELECT pg_notify(${outputChannel}, key)::text FROM unnest(${keys}::text[]) AS key`;
  } catch (error) {
    throw toUnavailable(error);
  }
}
