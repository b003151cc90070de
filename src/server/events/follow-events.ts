import { formatCursor } from '#domain/cursor.ts';
import type { PulseEvent, TimelineEntry } from '#domain/event.ts';
import { resolveCursor, type TailEntry } from '../log/read.ts';
import type { Pulse } from '../pulse.ts';
import { type EntryForm, encodeEntries } from './frames.ts';
import { stripType } from './list-events.ts';

interface Following {
  after?: string | undefined;
  key?: string | undefined;
  kind?: string | undefined;
  signal: AbortSignal;
}

/** A part of the log to follow, until the signal fires. Nothing is read before one of its two forms is. */
export interface Followed<T> {
  /** One by one, each with the cursor that resumes right after it. */
  items(): AsyncGenerator<{ cursor: string; data: T }>;
  /** As server-sent events, a page at a time: bytes that all who follow the same part share. They must not be changed. */
  frames(): AsyncGenerator<Uint8Array>;
}

/**
 * Follows the log's events: first those stored after the cursor, then each as it is committed, until `signal` fires.
 *
 * **Errors** `INVALID_INPUT` for a cursor that is none or of another log; while following, `UNAVAILABLE` when the server
 * closes.
 */
export function followEvents(pulse: Pulse, options: Following): Promise<Followed<PulseEvent>> {
  return follow(pulse, options, 'event', ({ entry }) => (entry.type === 'event' ? [stripType(entry)] : []));
}

/** Follows the whole audit trail, events and refusals, as {@link followEvents} does the events. */
export function followTimeline(pulse: Pulse, options: Following): Promise<Followed<TimelineEntry>> {
  return follow(pulse, options, 'entry', ({ entry }) => [entry]);
}

async function follow<T>(
  pulse: Pulse,
  { after, ...filter }: Following,
  form: EntryForm,
  read: (item: TailEntry) => T[],
): Promise<Followed<T>> {
  const start = await resolveCursor(pulse.prisma, after, await pulse.head());
  const tailed = { ...filter, after: start, eventsOnly: form === 'event' };
  return {
    async *items() {
      for await (const item of pulse.tail(tailed)) {
        for (const data of read(item)) yield { cursor: formatCursor(item.cursor), data };
      }
    },
    async *frames() {
      for await (const page of pulse.tailPages(tailed)) yield encodeEntries(page, form);
    },
  };
}
