import { z } from 'zod';
import { formatCursor } from '#domain/cursor.ts';
import { Key } from '#domain/event.ts';
import { foldRound, type Round, type RoundEvent } from '#domain/round.ts';
import type { Pulse } from '../pulse.ts';
import { getWorkflow } from './get.ts';

export const ListRounds = z.strictObject({
  key: Key,
  /** Rounds that began before this position. Default: the latest. */
  before: z.int().min(1).optional(),
  limit: z.int().min(1).max(500).default(200),
});

export interface RoundsPage {
  /** The oldest first. */
  rounds: readonly Round[];
  /** Where to read the rounds before these, null when there are none. */
  before: number | null;
  /** Where the log ended when this was read: follow the log from here. */
  asOf: string;
}

/** A round has two events, and others come between; past so many it is not looked further back. */
const eventsPerRound = 10;

/**
 * Lists a workflow's rounds, page by page backwards, without what their roles have written.
 *
 * **Shape** fewer than `limit` where there are none before, or where many other events lie between.
 * **Errors** `NOT_FOUND`
 */
export async function listRounds(
  pulse: Pulse,
  { key, before, limit }: z.output<typeof ListRounds>,
): Promise<RoundsPage> {
  const head = await pulse.head();
  await getWorkflow(pulse, { key });
  const end = before ?? head.position + 1;
  const { events, first } = await readEventsBefore(pulse, key, end, limit * eventsPerRound);
  const all = events.reduce<readonly Round[]>(foldRound, []);
  const rounds = all.slice(-limit);
  // From the start of a round, so that none is cut in two; past a page without one, the reader still comes to those before.
  const isMore = first !== null || rounds.length < all.length;
  return { rounds, before: isMore ? (rounds[0]?.position ?? first) : null, asOf: formatCursor(head) };
}

type Row = Omit<RoundEvent, 'position' | 'occurredAt'> & {
  position: bigint;
  occurredAt: Date;
  tells: boolean;
  looked: bigint;
};

/**
 * Reads what tells of rounds among the last events before a position.
 *
 * **Shape** `first` is the position of the first event that was looked at; null when it is the key's first.
 */
async function readEventsBefore({ prisma }: Pulse, key: string, end: number, limit: number) {
  const rows = await prisma.$queryRaw<Row[]>`
    WITH page AS MATERIALIZED (
      SELECT position, kind, payload, actor, occurred_at FROM event
      WHERE position < ${end} AND (key, position) > (${key}::text, 0::bigint) AND (key, position) < (${key}::text, ${end}::bigint)
      ORDER BY key DESC, position DESC LIMIT ${limit}
    ), told AS (
      SELECT *, coalesce(jsonb_typeof(payload) = 'object' AND jsonb_typeof(payload->'round') = 'number', false) AS tells
      FROM page
    )
    SELECT position, kind, actor, occurred_at AS "occurredAt", tells, (SELECT count(*) FROM page) AS looked,
           CASE WHEN tells THEN jsonb_build_object('round', payload->'round', 'role', payload->'role',
             'outcome', payload->'outcome', 'how', payload->'how', 'reason', payload->'reason') END AS payload
    FROM told
    WHERE tells OR position = (SELECT min(position) FROM page)
    ORDER BY position`;
  const events = rows.flatMap(({ tells, looked: _looked, ...row }) =>
    tells ? { ...row, position: Number(row.position), occurredAt: row.occurredAt.toISOString() } : [],
  );
  const [oldest] = rows;
  return { events, first: oldest && Number(oldest.looked) === limit ? Number(oldest.position) : null };
}
