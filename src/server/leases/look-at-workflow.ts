import type { PulseEvent } from '#domain/event.ts';
import { toUnavailable } from '../db/connection.ts';
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

type Seen = { sequence: number | null; guardStates: unknown; nowMs: number };

const pageEvents = 500;

/**
 * Reads a workflow's lifecycle state, then what has happened since an adapter looked last.
 *
 * The events are read after the state, so they may be ahead of it, never behind.
 * **Errors** `UNAVAILABLE`
 */
export async function lookAtWorkflow(
  pulse: Pulse,
  { key, after }: { key: string; after: { sequence: number; position: number } },
): Promise<Look> {
  try {
    const [seen] = await pulse.prisma.$queryRaw<[Seen]>`
      SELECT s.sequence, s.guard_states AS "guardStates", extract(epoch FROM now())::float8 * 1000 AS "nowMs"
      FROM (SELECT) AS one LEFT JOIN stream s ON s.key = ${key}`;
    const missing = (seen.sequence ?? 0) > after.sequence;
    return {
      status: readStatus(seen.guardStates),
      events: missing ? await readEvents(pulse, key, after.position) : [],
      nowMs: seen.nowMs,
    };
  } catch (error) {
    throw toUnavailable(error);
  }
}

function readStatus(guardStates: unknown): string {
  const states = (guardStates ?? {}) as { 'workflow-lifecycle'?: { status?: string } };
  return states['workflow-lifecycle']?.status ?? 'unknown';
}

async function readEvents(pulse: Pulse, key: string, afterPosition: number): Promise<PulseEvent[]> {
  const events: PulseEvent[] = [];
  for (let after = afterPosition; ; after = events.at(-1)?.position ?? after) {
    const rows = await readEventRows(pulse.prisma, { key, after, until: Number.MAX_SAFE_INTEGER, limit: pageEvents });
    events.push(...rows.map(toEvent));
    if (rows.length < pageEvents) return events;
  }
}
