'use client';
import { type RefObject, useEffect } from 'react';
import { isTyping } from './keyboard.ts';

/** Moves the focus with `j` and `k`, from anywhere on the page, along the articles of a feed: to what has `data-row`, or the first button. */
export function useRowFocus(feed: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.key !== 'j' && event.key !== 'k') || isTyping(event)) return;
      // They stand in the page in the order in which they were drawn.
      const rows = [...(feed.current?.querySelectorAll('article') ?? [])]
        .map((row) => ({ row, top: row.getBoundingClientRect().top }))
        .sort((left, right) => left.top - right.top);
      const at = rows.findIndex(({ row }) => row.contains(document.activeElement));
      const next = at === -1 ? rows.findIndex(({ top }) => top >= 0) : at + (event.key === 'j' ? 1 : -1);
      const row = rows[next]?.row;
      (row?.querySelector<HTMLElement>('[data-row]') ?? row?.querySelector('button'))?.focus();
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [feed]);
}
