import type { InfiniteData } from '@tanstack/react-query';
import type { TimelineEntry } from '#domain/event.ts';
import { matchesTrail, type TrailFilter } from '#domain/trail-filter.ts';
import { isCovered, type LiveEntry, laterOf } from './entry.ts';

/** Which trail it is, and in which order: the input of its query. */
export interface TimelineFilter {
  key: string;
  order?: 'asc' | 'desc' | undefined;
  filter?: TrailFilter | undefined;
  /** A trail that ends at a position: nothing comes to it any more. */
  until?: number | undefined;
}

/** Pages of one workflow's trail. */
export type Timeline = InfiniteData<
  { entries: TimelineEntry[]; nextCursor: string | null; previousCursor?: string | null; asOf: string },
  unknown
>;

/**
 * Applies entries of the log to the end of a trail where the newest are: the first page of a descending one, the last of an
 * ascending one. While pages are yet to be read at that end, those will hold them.
 *
 * **Shape** the same timeline when nothing changed.
 */
export function applyToTimeline(
  timeline: Timeline,
  { key, order = 'asc', filter = {}, until }: TimelineFilter,
  entries: readonly LiveEntry[],
): Timeline {
  const at = order === 'desc' ? 0 : timeline.pages.length - 1;
  const page = timeline.pages[at];
  if (!page || until !== undefined || (order === 'asc' ? page.nextCursor : page.previousCursor)) return timeline;
  const added: TimelineEntry[] = [];
  let asOf = page.asOf;
  for (const { entry, cursor } of entries) {
    if (entry.key !== key || isCovered(asOf, entry) || !matchesTrail(filter, entry)) continue;
    added.push(entry);
    asOf = laterOf(asOf, cursor);
  }
  if (added.length === 0) return timeline;
  const joined = order === 'desc' ? [...added.reverse(), ...page.entries] : [...page.entries, ...added];
  return { ...timeline, pages: timeline.pages.with(at, { ...page, asOf, entries: joined }) };
}
