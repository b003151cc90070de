import type { TimelineEntry } from '#domain/event.ts';
import type { TrailFilter } from '#domain/trail-filter.ts';
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
export interface TrailPlace {
  cursor: string | null;
  back: boolean;
}

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
  return { cursor: from === undefined ? null : String(order === 'desc' ? from : from - 1), back: false };
}

/**
 * Reads a page of a trail.
 *
 * A position as the cursor names the place right after an event, from which a trail can be read in both directions.
 */
export async function readTrail(
  read: TimelineSource,
  { key, order, limit, filter, around, until }: TrailInput,
  { cursor, back }: TrailPlace,
): Promise<TrailPage> {
  const opposite = order === 'asc' ? 'desc' : 'asc';
  const page = await read({ key, limit, cursor, order: back ? opposite : order, ...(filter && { filter }) });
  const found = back ? page.entries.toReversed() : page.entries;
  const entries = until === undefined ? found : found.filter((entry) => placeOf(entry) <= until + 0.5);
  const isCut = entries.length < found.length;
  const end = isCut ? null : page.nextCursor;
  if (back) return { entries, nextCursor: cursor, previousCursor: end, asOf: page.asOf };
  const isFirst = around !== undefined && cursor === findFirstPlace({ key, order, limit, around }).cursor;
  return { entries, nextCursor: end, previousCursor: isFirst ? cursor : null, asOf: page.asOf };
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
 * Lets go of the oldest entries of a trail that shows its newest first, so that one that is watched for hours stays small.
 *
 * **Shape** the same pages where nothing is to be let go of; else one page, which is read on from where it was cut.
 */
export function keepNewest(pages: readonly TrailPage[], count: number): readonly TrailPage[] {
  const [first] = pages;
  const entries = joinPages(pages);
  const cut = entries.findIndex((entry, index) => index >= count && entry.type === 'event');
  const last = entries[cut];
  if (!first || cut === -1 || last?.type !== 'event') return pages;
  return [{ ...first, entries: entries.slice(0, cut + 1), nextCursor: String(last.position) }];
}
