'use client';
import { type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';

/** The rows that someone has chosen. */
export interface Selection {
  keys: ReadonlySet<string>;
  /** All that the list takes are chosen, whether this tab has read them or not. */
  matching: boolean;
  /** With `range`, everything from the row that was chosen last. */
  toggle(key: string, range: boolean): void;
  selectShown(): void;
  selectMatching(): void;
  clear(): void;
}

const none: ReadonlySet<string> = new Set();

/** Holds which active workflows of a list are chosen. Another list begins with none. */
export function useSelection(shown: RefObject<readonly Workflow[]>, listId: string): Selection {
  const [held, setHeld] = useState({ listId, keys: none, matching: false });
  const anchor = useRef<string | null>(null);
  const current = held.listId === listId ? held : { listId, keys: none, matching: false };
  const toggle = useCallback(
    (key: string, range: boolean) => {
      const rows = shown.current.filter(({ status }) => status === 'active').map((row) => row.key);
      const [from, to] = [rows.indexOf(anchor.current ?? ''), rows.indexOf(key)];
      anchor.current = key;
      setHeld((before) => {
        const keys = new Set(before.listId === listId ? before.keys : none);
        const on = !keys.has(key);
        const touched = range && from >= 0 && to >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [key];
        for (const each of touched) {
          if (on) keys.add(each);
          else keys.delete(each);
        }
        return { listId, keys, matching: false };
      });
    },
    [shown, listId],
  );
  const selectShown = useCallback(() => {
    const keys = shown.current.filter(({ status }) => status === 'active').map(({ key }) => key);
    setHeld({ listId, keys: new Set(keys), matching: false });
  }, [shown, listId]);
  const selectMatching = useCallback(
    () => setHeld((before) => ({ listId, keys: before.keys, matching: true })),
    [listId],
  );
  const clear = useCallback(() => setHeld({ listId, keys: none, matching: false }), [listId]);
  const { keys, matching } = current;
  return useMemo(
    () => ({ keys, matching, toggle, selectShown, selectMatching, clear }),
    [keys, matching, toggle, selectShown, selectMatching, clear],
  );
}
