'use client';
import { type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { type Chosen, noneChosen } from './chosen-params.ts';

/** The rows that someone has chosen. */
export interface Selection extends Chosen {
  /** With `range`, everything from the row that was chosen last. */
  toggle(key: string, range: boolean): void;
  selectShown(): void;
  selectMatching(): void;
  clear(): void;
}

/** Holds which active workflows of a list are chosen. Another list begins with what its address says. */
export function useSelection(shown: RefObject<readonly Workflow[]>, listId: string, inAddress: Chosen): Selection {
  const [held, setHeld] = useState({ listId, ...inAddress });
  if (held.listId !== listId) setHeld({ listId, ...inAddress });
  const anchor = useRef<string | null>(null);
  const toggle = useCallback(
    (key: string, range: boolean) => {
      const rows = shown.current.filter(({ status }) => status === 'active').map((row) => row.key);
      const [from, to] = [rows.indexOf(anchor.current ?? ''), rows.indexOf(key)];
      anchor.current = key;
      setHeld((before) => {
        const keys = new Set(before.keys);
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
  const clear = useCallback(() => setHeld({ listId, ...noneChosen }), [listId]);
  const { keys, matching } = held;
  return useMemo(
    () => ({ keys, matching, toggle, selectShown, selectMatching, clear }),
    [keys, matching, toggle, selectShown, selectMatching, clear],
  );
}
