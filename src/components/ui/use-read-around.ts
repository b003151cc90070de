'use client';
import { useEffect, useRef } from 'react';
import type { useVirtualRows } from './use-virtual-rows.ts';

/** Rows that are kept of a longer list, and how to read what is around them. */
export interface RowWindow {
  /** How many rows stand above the first one. */
  above: number;
  hasNext: boolean;
  hasPrevious: boolean;
  /** It is being read, or could not be. */
  isHalted: boolean;
  readNext: () => void;
  readPrevious: () => void;
  /** Goes to a row far above, by its place in the whole list, and lets go of the others; null where those must stay. */
  jumpTo: ((row: number) => Promise<void>) | null;
}

/** From so many rows before the end of what is kept, the next page is read. */
const aheadRows = 50;
/** Who is so many rows above what is kept does not wait for all that lies between. */
const farRows = 300;

/** Reads on, and back, as the end of what is kept comes into sight. */
export function useReadAround(
  virtual: ReturnType<typeof useVirtualRows>,
  rows: RowWindow,
  { isTooLong = false } = {},
): void {
  const isJumping = useRef(false);
  useEffect(() => {
    const items = virtual.getVirtualItems();
    const [first, last] = [items[0], items.at(-1)];
    if (!first || !last || rows.isHalted || isJumping.current) return;
    const { count, paddingStart, scrollMargin } = virtual.options;
    const pxAbove = (virtual.scrollOffset ?? 0) - scrollMargin;
    const row = rows.above > 0 ? Math.max(0, Math.floor((pxAbove / paddingStart) * rows.above)) : 0;
    if (rows.jumpTo && (isTooLong || row < rows.above - farRows)) {
      isJumping.current = true;
      const land = () => {
        isJumping.current = false;
      };
      rows.jumpTo(row).then(land, land); // Where it fails, the next movement tries again.
    } else if (first.index <= aheadRows && rows.hasPrevious) rows.readPrevious();
    else if (last.index >= count - aheadRows && rows.hasNext) rows.readNext();
  });
}
