'use client';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useState } from 'react';

interface VirtualRows {
  count: number;
  estimatePx: number;
  getKey: (index: number) => string;
  /** The element that holds the rows. */
  ref: RefObject<HTMLElement | null>;
  /** How many rows the server writes, for a page that is read without JavaScript. */
  serverRows?: number;
}

/** Renders only those of many rows that can be seen; the page itself scrolls. */
export function useVirtualRows({ count, estimatePx, getKey, ref, serverRows = 60 }: VirtualRows) {
  const [scrollMargin, setScrollMargin] = useState(0);
  useBrowserLayoutEffect(() => {
    const top = ref.current ? ref.current.getBoundingClientRect().top + window.scrollY : 0;
    setScrollMargin((known) => (Math.abs(known - top) < 1 ? known : top));
  });
  return useWindowVirtualizer({
    count,
    estimateSize: () => estimatePx,
    getItemKey: getKey,
    overscan: 12,
    scrollMargin,
    initialOffset: 0,
    initialRect: { width: 0, height: serverRows * estimatePx },
    useFlushSync: false,
  });
}

const useBrowserLayoutEffect = typeof document === 'undefined' ? () => {} : useLayoutEffect;
