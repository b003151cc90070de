import DataLoader from 'dataloader';
import type { PulseEvent } from '#domain/event.ts';
import { toUnavailable } from '../db/connection.ts';
import type { EventModel } from '../db/generated/models.ts';
import { toEvent } from '../db/rows.ts';
import { readEventRows } from '../log/read-rows.ts';
import type { Pulse } from '../pulse.ts';

/** What an adapter sees of a workflow at the start of a tick. */
export interface Look {
  /** The `workflow-lifecycle` state: `unknown`, `active`, `aborted` or `ended`. */
  status: string;
  /** The key's events that it has not seen yet, in order. */
  events: PulseEvent[];
  /** When it looked, in milliseconds since 1970 by the database's clock. */
  nowMs: number;
}

/** A workflow, and the last of its events that has been seen; 0 before the first. */
export interface Seen {
  key: string;
  after: { sequence: number; position: number };
}

export type LookAtWorkflow = (seen: Seen) => Promise<Look>;

type State = { key: string; sequence: number; status: string | null; nowMs: number };

const pageEvents = 500;
const mostAtOnce = 200;
const lastPosition = Number.MAX_SAFE_INTEGER;

/**
 * Makes what reads a workflow's lifecycle state, then what has happened since somebody looked last.
 * Those who look at about the same time share one query.
 *
 * **Errors** `UNAVAILABLE`
 */
export function createLook(pulse: Pulse): LookAtWorkflow {
  const loader = new DataLoader((seen: readonly Seen[]) => lookAtWorkflows(pulse, seen), {
    cache: false,
    maxBatchSize: mostAtOnce,
    batchScheduleFn: setImmediate,
  });
  return (seen) => loader.load(seen);
}

/**
 * Looks at several workflows. The events are read after the states, so they may be ahead of them, never behind.
 *
 * **Shape** a look for each, in their order. **Errors** `UNAVAILABLE`
 */
export async function lookAtWorkflows(pulse: Pulse, seen: readonly Seen[]): Promise<Look[]> {
  const keys = [...new Set(seen.map(({ key }) => key))];
  try {
    const states = await pulse.prisma.$queryRaw<State[]>`
      SELECT wanted.key, coalesce(s.sequence, 0) AS sequence, s.guard_states->'workflow-lifecycle'->>'status' AS status,
             extract(epoch FROM now())::float8 * 1000 AS "nowMs"
      FROM unnest(${keys}::text[]) AS wanted(key) LEFT JOIN stream s ON s.key = wanted.key`;
    const byKey = new Map(states.map((state) => [state.key, state]));
    const looks = seen.map(({ key, after }) => {
      const { sequence, status, nowMs } = byKey.get(key) as State;
      return {
        key,
        after,
        isBehind: sequence > after.sequence,
        look: { status: status ?? 'unknown', events: [], nowMs },
      };
    });
    await readMissing(
      pulse,
      looks.filter(({ isBehind }) => isBehind),
    );
    return looks.map(({ look }) => look);
  } catch (error) {
    throw toUnavailable(error);
  }
}

/** Gives looks the first page of the events that they lack, all in one query, and then each the rest. */
async function readMissing(pulse: Pulse, looks: readonly (Seen & { look: Look })[]): Promise<void> {
  if (looks.length === 0) return;
  const keys = looks.map(({ key }) => key);
  const positions = looks.map(({ after }) => after.position);
  // Bounded and ordered as read-rows.ts explains.
  const rows = await pulse.prisma.$queryRaw<(EventModel & { nth: bigint })[]>`
    SELECT page.*, behind.nth FROM unnest(${keys}::text[], ${positions}::bigint[]) WITH ORDINALITY AS behind(key, position, nth)
    CROSS JOIN LATERAL (
      SELECT position, key, sequence, kind, payload, actor, occurred_at AS "occurredAt", hash FROM event
      WHERE event.position > behind.position AND (event.key, event.position) > (behind.key, behind.position)
        AND (event.key, event.position) <= (behind.key, ${lastPosition}::bigint)
      ORDER BY event.key, event.position LIMIT ${pageEvents}
    ) AS page
    ORDER BY page.position`;
  for (const { nth, ...row } of rows) looks[Number(nth) - 1]?.look.events.push(toEvent(row));
  await Promise.all(looks.map(({ look }) => readOn(pulse, look.events)));
}

async function readOn(pulse: Pulse, events: PulseEvent[]): Promise<void> {
  for (let isFull = events.length === pageEvents; isFull; ) {
    const { key, position: after } = events.at(-1) as PulseEvent;
    const rows = await readEventRows(pulse.prisma, { key, after, until: lastPosition, limit: pageEvents });
    events.push(...rows.map(toEvent));
    isFull = rows.length === pageEvents;
  }
}
