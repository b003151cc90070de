'use client';
import { useCallback, useEffect, useRef, useState } from 'react';

/** Which rows of a list are open. `onOpen` is told of the one that was opened last and still is, for the address. */
export function useOpened<Id extends string | number>(first: Id | null, onOpen: (id: Id | null) => void) {
  const [opened, setOpened] = useState<ReadonlySet<Id>>(new Set(first === null ? [] : [first]));
  const latest = useRef(opened);
  useEffect(() => {
    latest.current = opened;
  });
  const toggle = useCallback(
    (id: Id) => {
      const next = new Set(latest.current);
      if (!next.delete(id)) next.add(id);
      setOpened(next);
      onOpen([...next].at(-1) ?? null);
    },
    [onOpen],
  );
  const open = useCallback((id: Id) => setOpened((known) => new Set([...known, id])), []);
  return { opened, toggle, open };
}
