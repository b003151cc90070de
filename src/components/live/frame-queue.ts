/**
 * Gathers items and hands them over together, at most once a frame.
 *
 * A hidden tab has no frames; there a slow timer does it.
 */
export function createFrameQueue<T>(flush: (items: T[]) => void): { push(item: T): void; clear(): void } {
  let items: T[] = [];
  let cancel: (() => void) | undefined;
  const run = () => {
    cancel?.();
    cancel = undefined;
    const taken = items;
    items = [];
    if (taken.length > 0) flush(taken);
  };
  return {
    push(item) {
      items.push(item);
      cancel ??= schedule(run);
    },
    clear() {
      cancel?.();
      cancel = undefined;
      items = [];
    },
  };
}

const hiddenDelayMs = 250;

/** Both, since a tab may be hidden in between. */
function schedule(run: () => void): () => void {
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, hiddenDelayMs);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
