import { formatCursor } from '#domain/cursor.ts';
import type { PulseEvent, TimelineEntry } from '#domain/event.ts';
import { resolveCursor } from '../log/read.ts';
import type { Pulse } from '../pulse.ts';
import { stripType } from './list-events.ts';

interface Following {
  after?: string | undefined;
  key?: string | undefined;
  kind?: string | undefined;
  signal: AbortSignal;
}

/**
 * Follows the log's events: first those stored after the cursor, then each as it is committed, until `signal` fires.
 *
 * **Shape** each event with the cursor that resumes right after it.
 * **Errors** `INVALID_INPUT` for a cursor that is none or of another log, `UNAVAILABLE` when the server closes.
 */
export async function* followEvents(
  pulse: Pulse,
  options: Following,
): AsyncGenerator<{ cursor: string; event: PulseEvent }> {
  for await (const { cursor, entry } of follow(pulse, options, true)) {
    if (entry.type === 'event') yield { cursor, event: stripType(entry) };
  }
}

/** Follows the whole audit trail, events and refusals, as {@link followEvents} does the events. */
export function followTimeline(
  pulse: Pulse,
  options: Following,
): AsyncGenerator<{ cursor: string; entry: TimelineEntry }> {
  return follow(pulse, options, false);
}

async function* follow(pulse: Pulse, { after, ...filter }: Following, eventsOnly: boolean) {
  const start = await resolveCursor(pulse.prisma, after, await pulse.head());
  for await (const { cursor, entry } of pulse.tail({ ...filter, after: start, eventsOnly })) {
    yield { cursor: formatCursor(cursor), entry };
  }
}
