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
  useEffect(() => setIsInBrowser(true), []);
  return (
    <RenderedAt value={renderedAt}>
      <InBrowser value={isInBrowser}>{children}</InBrowser>
    </RenderedAt>
  );
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all: a page full of times is one timer. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tick of listeners) tick();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What a function of the present time gives, kept current. It renders again only when the result changes. */
export function useFromNow<T extends string | number | boolean>(compute: (nowMs: number) => T): T {
  const renderedAt = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribe,
    () => compute(Date.now()),
    () => compute(renderedAt),
  );
}

/** Whether the browser has taken the page over: what only it knows, such as its time zone, may be shown. */
export function useInBrowser(): boolean {
  return useContext(InBrowser);
}
