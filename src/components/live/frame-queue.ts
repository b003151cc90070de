/** What takes longer to draw is felt as a delay. Most of what takes less is waiting for a frame. */
const easyMs = 50;

/**
 * Gathers items and hands them over together, at most once a frame. Where drawing them takes long, the next wait as long as
 * that took, so that the page is free for its user half of the time, however many come.
 *
 * A hidden tab has no frames; there a slow timer does it.
 */
export function createFrameQueue<T>(flush: (items: T[]) => void): { push(item: T): void; clear(): void } {
  let items: T[] = [];
  /** Of what is waited for: the next frame, or that what was handed over is drawn. */
  let cancel: (() => void) | undefined;
  let busyUntil = 0;

  function run(): void {
    const taken = items;
    items = [];
    const begin = performance.now();
    flush(taken);
    // React renders in a task of its own, and the frame after that is painted in another.
    cancel = afterDelay(0, () => {
      cancel = inFrame(() => {
        cancel = afterDelay(0, () => {
          const now = performance.now();
          busyUntil = now - begin > easyMs ? now + (now - begin) : 0;
          cancel = undefined;
          if (items.length > 0) waitForFrame();
        });
      });
    });
  }

  function waitForFrame(): void {
    const delayMs = busyUntil - performance.now();
    if (delayMs <= 0) cancel = inFrame(run);
    else
      cancel = afterDelay(delayMs, () => {
        cancel = inFrame(run);
      });
  }

  return {
    push(item) {
      items.push(item);
      if (!cancel) waitForFrame();
    },
    clear() {
      cancel?.();
      cancel = undefined;
      items = [];
    },
  };
}

const hiddenDelayMs = 250;

/** **Shape** what cancels it */
function afterDelay(delayMs: number, done: () => void): () => void {
  const timer = setTimeout(done, delayMs);
  return () => clearTimeout(timer);
}

/** In the next frame, or by a timer: a tab may be hidden in between. **Shape** what cancels it */
function inFrame(done: () => void): () => void {
  const once = () => {
    cancel();
    done();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, hiddenDelayMs);
  const cancel = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return cancel;
}
