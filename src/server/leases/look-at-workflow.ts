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
}

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
    const stream = await pulse.prisma.stream.findUnique({ where: { key } });
    const missing = (stream?.sequence ?? 0) > after.sequence;
    return {
      status: readStatus(stream?.guardStates),
      events: missing ? await readEvents(pulse, key, after.position) : [],
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
