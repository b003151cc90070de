import type { InfiniteData } from '@tanstack/react-query';
import type { TimelineEntry } from '#domain/event.ts';
import type { TrailFilter } from '#domain/trail-filter.ts';
import type { PagePlace } from '../live/page-place.ts';
import type { Order, TrailInput } from './trail-params.ts';

/** A page of a trail in its order. The cursors go on behind it and before it; null where nothing is left. */
export interface TrailPage {
  entries: TimelineEntry[];
  nextCursor: string | null;
  previousCursor: string | null;
  /** Where the log ended when this was read: the live entries go on from here. */
  asOf: string;
}

/** Which page: behind a cursor, or before it. */
export interface TrailPlace extends PagePlace {
  back: boolean;
}

/** What is kept of a trail. */
export type Trail = InfiniteData<TrailPage, TrailPlace>;

/** Where pages are read from: the server's own verb, or the API. */
export type TimelineSource = (input: {
  key: string;
  limit: number;
  order: Order;
  cursor?: string | null;
  filter?: TrailFilter;
}) => Promise<{ entries: TimelineEntry[]; nextCursor: string | null; asOf: string }>;

/** Where a trail begins to be read: at its end, or around an event. */
export function findFirstPlace({ order, around, until }: TrailInput): TrailPlace {
  const from = around ?? (order === 'desc' ? until : undefined);
  return {
    cursor: from === undefined ? null : String(order === 'desc' ? from : from - 1),
    back: false,
    above: 0,
    before: null,
  };
}

/**
 * Reads a page of a trail.
 *
 * A position as the cursor names the place right after an event, from which a trail can be read in both directions.
 */
export async function readTrail(
  read: TimelineSource,
  { key, order, limit, filter, around, until }: TrailInput,
  { cursor, back }: Pick<TrailPlace, 'cursor' | 'back'>,
): Promise<TrailPage> {
  const opposite = order === 'asc' ? 'desc' : 'asc';
  const page = await read({ key, limit, cursor, order: back ? opposite : order, ...(filter && { filter }) });
  const found = back ? page.entries.toReversed() : page.entries;
  const entries = until === undefined ? found : found.filter((entry) => placeOf(entry) <= until + 0.5);
  const isCut = entries.length < found.length;
  const end = isCut ? null : page.nextCursor;
  if (back) return { entries, nextCursor: cursor, previousCursor: end, asOf: page.asOf };
  const isFirst = around === undefined && cursor === findFirstPlace({ key, order, limit, until }).cursor;
  return { entries, nextCursor: end, previousCursor: isFirst ? null : cursor, asOf: page.asOf };
}

/** What tells an entry from all others. */
export const idOf = (entry: TimelineEntry) => (entry.type === 'event' ? `e${entry.position}` : `r${entry.id}`);

/** Where an entry stands in the order of a trail: a refusal right after the event that it followed. */
export const placeOf = (entry: TimelineEntry) => (entry.type === 'event' ? entry.position : entry.afterPosition + 0.5);

/** Joins pages. Where one was cut, the next begins with the entry that the one before ends with. */
export function joinPages(pages: readonly TrailPage[]): TimelineEntry[] {
  const joined: TimelineEntry[] = [];
  for (const { entries } of pages) {
    const last = joined.at(-1);
    const [first] = entries;
    const isDoubled = last && first && idOf(last) === idOf(first);
    for (let index = isDoubled ? 1 : 0; index < entries.length; index += 1)
      joined.push(entries[index] as TimelineEntry);
  }
  return joined;
}

/**
 * Lets go of all but some entries of a trail that has grown while it was watched. What is gone is read again from there.
 *
 * **Shape** one page, cut beside events: only they have a position to go on from.
 */
export function keepSome(
  { pages, pageParams }: Trail,
  { key, order, limit }: TrailInput,
  from: number,
  to: number,
): Trail {
  const [first, last] = [pages[0], pages.at(-1)];
  const entries = joinPages(pages);
  const start = from > 0 ? entries.findIndex(({ type }, index) => index >= from && type === 'event') : 0;
  const end =
    to < entries.length - 1 ? entries.findLastIndex(({ type }, index) => index <= to && type === 'event') : -1;
  const [opening, closing] = [entries[start], entries[end]];
  const place = opening && start > 0 ? findFirstPlace({ key, order, limit, around: placeOf(opening) }) : pageParams[0];
  if (!first || !last || !place || end === start) return { pages, pageParams };
  const page: TrailPage = {
    entries: entries.slice(start, closing ? end + 1 : undefined),
    previousCursor: start > 0 ? place.cursor : first.previousCursor,
    nextCursor: closing ? String(placeOf(closing)) : last.nextCursor,
    asOf: order === 'desc' ? first.asOf : last.asOf,
  };
  return { pages: [page], pageParams: [place] };
}
