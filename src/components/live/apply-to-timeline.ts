import type { InfiniteData } from '@tanstack/react-query';
import type { TimelineEntry } from '#domain/event.ts';
import { isCovered, type LiveEntry, laterOf } from './entry.ts';

/** Which trail it is, and in which order: the input of `workflow.timeline`. */
export interface TimelineFilter {
  key: string;
  order?: 'asc' | 'desc' | undefined;
}

/** Pages of one workflow's trail. */
export type Timeline = InfiniteData<
  { entries: TimelineEntry[]; nextCursor: string | null; asOf: string },
  string | null | undefined
>;

/**
 * Applies entries of the log to the end of a trail where the newest are: the first page of a descending one, the last of an
 * ascending one once all its pages are read; until then those pages will hold them.
 *
 * **Shape** the same timeline when nothing changed.
 */
export function applyToTimeline(
  timeline: Timeline,
  { key, order = 'asc' }: TimelineFilter,
  entries: readonly LiveEntry[],
): Timeline {
  const at = order === 'desc' ? 0 : timeline.pages.length - 1;
  const page = timeline.pages[at];
  if (!page || (order === 'asc' && page.nextCursor !== null)) return timeline;
  const added: TimelineEntry[] = [];
  let asOf = page.asOf;
  for (const { entry, cursor } of entries) {
    if (entry.key !== key || isCovered(asOf, entry)) continue;
    added.push(entry);
    asOf = laterOf(asOf, cursor);
  }
  if (added.length === 0) return timeline;
  const joined = order === 'desc' ? [...added.reverse(), ...page.entries] : [...page.entries, ...added];
  return { ...timeline, pages: timeline.pages.with(at, { ...page, asOf, entries: joined }) };
}
