import { z } from 'zod';
import { type Cursor, formatCursor } from '#domain/cursor.ts';
import { Key, type TimelineEntry } from '#domain/event.ts';
import { limits } from '#domain/limits.ts';
import { isOpen, matchesTrail, TrailFilter } from '#domain/trail-filter.ts';
import { type LogPage, readLog, readLogBackwards, resolveCursor } from '../log/read.ts';
import { Direction } from '../parse-input.ts';
import type { Pulse } from '../pulse.ts';
import { workflowNotFound } from './get.ts';

export const GetTimeline = z.strictObject({
  key: Key,
  limit: z.number().int().min(1).max(limits.pageItems).default(200),
  /** `nextCursor` of the page before, or a position: the trail right after it; with `order: 'desc'`, that and what is before. */
  cursor: z.string().max(100).nullish(),
  order: z.enum(['asc', 'desc']).default('asc'),
  direction: Direction,
  /** Only the entries that match. */
  filter: z.optional(TrailFilter),
});

/** Where others have to be passed over. */
const rowsPerRead = 500;
const maxReads = 10;

export interface TimelinePage {
  entries: TimelineEntry[];
  nextCursor: string | null;
  /** Where the log ended when this was read: follow the log from here. */
  asOf: string;
}

/**
 * Reads the audit trail of a key: its events, and the attempts that a guard refused, in the order in which they happened.
 *
 * **Shape** at most `limit` entries, fewer also where they are large or many others had to be passed over, even none;
 * `nextCursor` is null when nothing is left.
 * **Errors** `NOT_FOUND` when the key has neither.
 */
export async function getTimeline(pulse: Pulse, input: z.output<typeof GetTimeline>): Promise<TimelinePage> {
  const { key, limit, order, filter = {} } = input;
  const head = await pulse.head();
  const cursor = input.cursor ? await resolveCursor(pulse.prisma, input.cursor, head, 'cursor') : undefined;
  const part = { key, eventsOnly: filter.type === 'event', refusalsOnly: filter.type === 'refusal' };
  const readOn = (at: Cursor | undefined, rows: number) =>
    order === 'asc'
      ? readLog(pulse.prisma, { after: at ?? startOf(head), until: head, limit: rows, filter: part })
      : readLogBackwards(pulse.prisma, { until: at ?? head, limit: rows, filter: part });
  const first = await readOn(cursor, isOpen(filter) ? limit : rowsPerRead);
  if (!cursor && first.entries.length === 0 && !(await hasTrail(pulse, key, head))) throw workflowNotFound(key);
  const { entries, next } = isOpen(filter)
    ? takeAll(first)
    : await takeMatching(first, readOn, { filter, limit, order });
  return { entries, nextCursor: next && formatCursor(next), asOf: formatCursor(head) };
}

/** A key may have events and no refusal, or the other way round. */
async function hasTrail(pulse: Pulse, key: string, head: Cursor): Promise<boolean> {
  const { entries } = await readLogBackwards(pulse.prisma, { until: head, limit: 1, filter: { key } });
  return entries.length > 0;
}

interface Taken {
  entries: TimelineEntry[];
  /** From where to read on, null when nothing is left. */
  next: Cursor | null;
}

function takeAll({ entries, complete, next }: LogPage): Taken {
  return { entries: entries.map(({ entry }) => entry), next: complete ? null : next };
}

/** Reads on until there are enough, or so many were passed over that whoever waits should hear of it. */
async function takeMatching(
  first: LogPage,
  readOn: (at: Cursor, rows: number) => Promise<LogPage>,
  { filter, limit, order }: { filter: TrailFilter; limit: number; order: 'asc' | 'desc' },
): Promise<Taken> {
  const taken: TimelineEntry[] = [];
  let characters = 0;
  let page = first;
  for (let reads = 1; ; reads += 1) {
    for (const [index, { entry, cursor }] of page.entries.entries()) {
      if (!matchesTrail(filter, entry)) continue;
      taken.push(entry);
      characters += page.meanCharacters;
      if (taken.length < limit && characters <= limits.pageCharacters) continue;
      // Backwards, an entry's own cursor is the one that gives it; the next entry's is behind it.
      const behind = order === 'asc' ? cursor : (page.entries[index + 1]?.cursor ?? page.next);
      return { entries: taken, next: page.complete && index === page.entries.length - 1 ? null : behind };
    }
    if (page.complete) return { entries: taken, next: null };
    if (reads === maxReads) return { entries: taken, next: page.next };
    page = await readOn(page.next, rowsPerRead);
  }
}

function startOf(head: Cursor): Cursor {
  return { ...head, position: 0, refusals: 0 };
}
