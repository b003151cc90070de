'use client';
import { measureElement, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, startTransition, useEffect, useLayoutEffect, useState } from 'react';

interface VirtualRows {
  count: number;
  estimatePx: number;
  /** Whether all rows are as high as estimated: they are measured only once they are drawn, for who reads in large letters. */
  isEven?: () => boolean;
  getKey: (index: number) => string;
  /** The element that holds the rows. */
  ref: RefObject<HTMLElement | null>;
  /** How many rows stand above the first one and are not kept: the space for them is left free. */
  above?: number;
  /** What is in sight stays where it is, whatever comes or goes above it. */
  keepPlace?: boolean;
  /** How many rows the server writes: those in sight, and all there are for who reads the page without JavaScript. */
  serverRows?: number;
}

/** So many rows stand ready on both sides of those in sight, for who scrolls. */
const rowsBeyond = 8;

/** Renders only those of many rows that can be seen; the page itself scrolls. */
export function useVirtualRows({
  count,
  estimatePx,
  isEven = () => false,
  getKey,
  ref,
  above = 0,
  keepPlace = false,
  serverRows = 24,
}: VirtualRows) {
  const [scrollMargin, setScrollMargin] = useState(0);
  // Nobody scrolls yet while a page opens, and each row that it holds then delays it.
  const [overscan, setOverscan] = useState(0);
  useEffect(() => startTransition(() => setOverscan(rowsBeyond)), []);
  useBrowserLayoutEffect(() => {
    const measure = () => {
      const top = ref.current ? ref.current.getBoundingClientRect().top + window.scrollY : 0;
      setScrollMargin((known) => (Math.abs(known - top) < 1 ? known : top));
    };
    measure();
    // It calls once the page is laid out: to measure after each render would lay it out twice.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [ref]);
  return useWindowVirtualizer({
    count,
    estimateSize: () => estimatePx,
    getItemKey: getKey,
    overscan,
    // To measure a row when it comes makes the browser lay out the page in the midst of a render.
    measureElement: (element, entry, instance) =>
      !entry && isEven()
        ? (instance.itemSizeCache.get(getKey(instance.indexFromElement(element))) ?? estimatePx)
        : measureElement(element, entry, instance),
    scrollMargin,
    paddingStart: above * estimatePx,
    anchorTo: keepPlace ? 'end' : 'start',
    initialOffset: 0,
    initialRect: { width: 0, height: serverRows * estimatePx },
    useFlushSync: false,
  });
}

const useBrowserLayoutEffect = typeof document === 'undefined' ? () => {} : useLayoutEffect;
