'use client';
import { useEffect, useRef, useState } from 'react';
import { holdNew } from './hold-new.ts';

const scrolledPx = 120;

/** The rows to show, and how many new ones wait above while the page is scrolled down. */
export function useHeldRows<T>(
  items: readonly T[],
  { listId, order, enabled = true }: { listId: string; order: (item: T) => number; enabled?: boolean },
) {
  const [anchor, setAnchor] = useState<{ listId: string; at: number } | null>(null);
  const newest = useRef<number | undefined>(undefined);
  useEffect(() => {
    newest.current = items[0] && order(items[0]);
  });
  useEffect(() => {
    const onScroll = () => {
      const at = newest.current;
      setAnchor((held) => {
        if (window.scrollY < scrolledPx || at === undefined) return null;
        return held?.listId === listId ? held : { listId, at };
      });
    };
    const frame = requestAnimationFrame(onScroll); // To ask where the page stands now would lay it out in the midst of a render.
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', onScroll);
    };
  }, [listId]);
  const { shown, held } = holdNew(items, order, enabled && anchor?.listId === listId ? anchor.at : null);
  const showHeld = () => {
    setAnchor(null);
    window.scrollTo({ top: 0 });
  };
  return { shown, held, showHeld, isAtTop: anchor === null };
}
