/**
 * Gathers items and hands them over together, at most once a frame. What they cause may take longer than a frame: then the next
 * wait as long as that took, so that the page is free for its user half of the time, however many come.
 *
 * A hidden tab has no frames; there a slow timer does it.
 */
export function createFrameQueue<T>(flush: (items: T[]) => void): { push(item: T): void; clear(): void } {
  let items: T[] = [];
  let cancel: (() => void) | undefined;
  let busyUntil = 0;
  const run = () => {
    cancel?.();
    cancel = undefined;
    const taken = items;
    items = [];
    if (taken.length === 0) return;
    const begin = performance.now();
    flush(taken);
    onDrawn(() => {
      const now = performance.now();
      busyUntil = now + (now - begin);
    });
  };
  return {
    push(item) {
      items.push(item);
      cancel ??= schedule(run, busyUntil - performance.now());
    },
    clear() {
      cancel?.();
      cancel = undefined;
      items = [];
    },
  };
}

const hiddenDelayMs = 250;
const frameMs = 16;

/** In the first frame after a while, or some time after when there are no frames: a tab may be hidden in between. */
function schedule(run: () => void, delayMs: number): () => void {
  let frame = 0;
  const waiting = delayMs > frameMs ? setTimeout(askForFrame, delayMs) : undefined;
  if (waiting === undefined) askForFrame();
  const timer = setTimeout(run, Math.max(0, delayMs) + hiddenDelayMs);
  return () => {
    clearTimeout(waiting);
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };

  function askForFrame(): void {
    frame = requestAnimationFrame(run);
  }
}

/** After what was changed just now has been rendered, which React does in a task of its own, and painted. */
function onDrawn(done: () => void): void {
  setTimeout(() => requestAnimationFrame(() => setTimeout(done)));
}
