import type { InfiniteData } from '@tanstack/react-query';

/** Where a page of a long list begins. It remembers the places of the pages above, which may not be kept. */
export interface PagePlace {
  cursor: string | null;
  /** How many rows stood above it when it was first read. */
  above: number;
  before: this | null;
}

/** So many rows of a list are kept. Who scrolls on lets go of those farthest away, and reads them again on the way back. */
export const keptRows = 2_000;

export const topPlace: PagePlace = { cursor: null, above: 0, before: null };

/** The place of the page that follows another one; null when there is none. */
export function placeBelow<P extends PagePlace>(place: P, nextCursor: string | null, rows: number): P | null {
  return nextCursor === null ? null : { ...place, cursor: nextCursor, above: place.above + rows, before: place };
}

/** The place of the page that holds a row, of all that were read before a place. */
export function findPlace<P extends PagePlace>(from: P, row: number): P {
  let place = from;
  while (place.before && place.above > row) place = place.before;
  return place;
}

/**
 * How many pages an infinite query may keep: with enough rows, each page that is read takes the place of the farthest one.
 *
 * **Shape** undefined for any number.
 */
export function countKeptPages(data: InfiniteData<unknown> | undefined, rows: number): number | undefined {
  return rows > keptRows ? data?.pages.length : undefined;
}
