'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { goPlaces } from '../shell/navigation.tsx';
import { isTyping } from '../ui/keyboard.ts';

const sequenceMs = 1_500;

/** `⌘K` opens the palette, `?` the help on keys, and `g` with a page's letter goes there. */
export function useGlobalKeys({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }): void {
  const router = useRouter();
  useEffect(() => {
    let goesUntil = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        if (!document.querySelector('[role=dialog]')) openPalette();
        return;
      }
      if (isTyping(event)) return;
      const goes = Date.now() < goesUntil;
      goesUntil = 0;
      const place = goes && goPlaces.find(({ goKey }) => goKey === event.key);
      if (place) router.push(place.href);
      else if (event.key === 'g') goesUntil = Date.now() + sequenceMs;
      else if (event.key === '?') openKeys();
      else return;
      event.preventDefault();
    };
    // Before any other: the `a` of `g a` must not abort what has the focus.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [router, openPalette, openKeys]);
}
