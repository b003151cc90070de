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

/** What began it and what closed it. */
const eventsPerRound = 2;

/**
 * Lists a workflow's rounds, page by page backwards, without what their roles have written.
 *
 * **Shape** fewer than `limit` where there are none before, or where other events that name a round lie between.
 * **Errors** `NOT_FOUND`
 */
export async function listRounds(
  pulse: Pulse,
  { key, before, limit }: z.output<typeof ListRounds>,
): Promise<RoundsPage> {
  const head = await pulse.head();
  await getWorkflow(pulse, { key });
  const most = (limit + 1) * eventsPerRound;
  const events = await readRoundEvents(pulse, key, before ?? head.position + 1, most);
  const all = events.reduce<readonly Round[]>(foldRound, []);
  const rounds = all.slice(-limit);
  // From the start of a round, so that none is cut in two; past a page without one, the reader still comes to those before.
  const isMore = rounds.length < all.length || events.length === most;
  return { rounds, before: isMore ? ((rounds[0] ?? events[0])?.position ?? null) : null, asOf: formatCursor(head) };
}

type Row = Omit<RoundEvent, 'position' | 'occurredAt'> & { position: bigint; occurredAt: Date };

/**
 * Reads the last events before a position that began a round or closed one, the oldest first.
 *
 * The conditions on payload and kind are those of an index, which holds no other events.
 */
async function readRoundEvents({ prisma }: Pulse, key: string, end: number, limit: number): Promise<RoundEvent[]> {
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT position, kind, actor, occurred_at AS "occurredAt",
           jsonb_build_object('round', payload->'round', 'role', payload->'role', 'outcome', payload->'outcome',
             'how', payload->'how', 'reason', payload->'reason') AS payload
    FROM event
    WHERE jsonb_typeof(payload->'round') = 'number' AND kind NOT LIKE '%.%.%'
      AND position < ${end} AND (key, position) > (${key}::text, 0::bigint) AND (key, position) < (${key}::text, ${end}::bigint)
    ORDER BY key DESC, position DESC LIMIT ${limit}`;
  return rows
    .reverse()
    .map((row) => ({ ...row, position: Number(row.position), occurredAt: row.occurredAt.toISOString() }));
}
