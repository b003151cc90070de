'use client';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';

const RenderedAt = createContext(0);
const InBrowser = createContext(false);

/**
 * Gives the moment at which the server wrote the page, so that the browser's first render writes the same times. What only the
 * browser knows is drawn in a task after that one, so that neither holds up the page.
 */
export function NowProvider({ renderedAt, children }: { renderedAt: number; children: ReactNode }) {
  const [isInBrowser, setIsInBrowser] = useState(false);
  useEffect(() => {
    setIsInBrowser(true);
    const clock = setInterval(tick, 1_000); // One for all: a page full of times is one timer.
    return () => clearInterval(clock);
  }, []);
  return (
    <RenderedAt value={renderedAt}>
      <InBrowser value={isInBrowser}>{children}</InBrowser>
    </RenderedAt>
  );
}

const listeners = new Set<() => void>();
let tickedAt: number | undefined;

function tick(): void {
  tickedAt = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * What a function of the present time gives, kept current to the second. It renders again only when the result changes, and
 * first at the clock's first tick: a time that has changed since the server wrote it would be drawn while the page is taken over.
 */
export function useFromNow<T extends string | number | boolean>(compute: (nowMs: number) => T): T {
  const renderedAt = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribe,
    () => compute(tickedAt ?? renderedAt),
    () => compute(renderedAt),
  );
}

/** Whether the browser has taken the page over: what only it knows, such as its time zone, may be shown. */
export function useInBrowser(): boolean {
  return useContext(InBrowser);
}
