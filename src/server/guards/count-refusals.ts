import { logKey } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import type { PrismaClient } from '../db/client.ts';
import { retryConnection } from '../db/connection.ts';
import type { EventModel } from '../db/generated/models.ts';
import { toEvent } from '../db/rows.ts';
import type { CompiledGuard } from './compile.ts';
import { replayEvent } from './evaluate.ts';

const pageEvents = 1_000;

/**
 * Counts the events of the log that a guard would have refused if it had been there from the start.
 *
 * Walks key by key, so that it holds one state and one page, however long the log is. It ends when nobody waits for it.
 */
export async function countRefusals(prisma: PrismaClient, guard: CompiledGuard, signal?: AbortSignal): Promise<number> {
  const kinds = guard.definition.sources.map(({ kind }) => toRegularExpression(kind));
  let count = 0;
  let last = { key: '', position: 0n };
  let state: Json = guard.initialValue;
  for (;;) {
    signal?.throwIfAborted();
    const rows = await retryConnection(() => readPage(prisma, last, kinds));
    for (const row of rows) {
      if (row.key !== last.key) state = guard.initialValue;
      const replayed = await replayEvent(guard, state, toEvent(row));
      state = replayed.state;
      if (replayed.refused) count += 1;
      last = row;
    }
    if (rows.length === 0) return count;
  }
}

/**
 * Reads the events of some kinds among the next thousand. The last of the thousand is always there, to go on from: a
 * statement's work is bounded, however rare the kinds are.
 */
function readPage(
  prisma: PrismaClient,
  after: { key: string; position: bigint },
  kinds: string[],
): Promise<EventModel[]> {
  return prisma.$queryRaw<EventModel[]>`
    WITH page AS MATERIALIZED (
      SELECT * FROM event
      WHERE (key, position) > (${after.key}, ${after.position}) AND key <> ${logKey}
      ORDER BY key, position LIMIT ${pageEvents}
    )
    SELECT position, key, sequence, kind, payload, actor, occurred_at AS "occurredAt", hash FROM page
    WHERE kind ~ ANY (${kinds}) OR position = (SELECT position FROM page ORDER BY key DESC, position DESC LIMIT 1)
    ORDER BY key, position`;
}

/** For PostgreSQL. Segments hold letters, digits, `_` and `-`. */
function toRegularExpression(pattern: string): string {
  return `^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`;
}
