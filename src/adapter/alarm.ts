/** Timers of Node's reach no further, which is 25 days. */
const longestMs = 2 ** 31 - 1;

/** Rings after a time, however long; never for infinity. **Shape** a function that cancels it. */
export function setAlarm(afterMs: number, ring: () => void): () => void {
  const at = performance.now() + afterMs;
  let timer: NodeJS.Timeout | undefined;
  function arm(): void {
    const leftMs = at - performance.now();
    if (leftMs === Number.POSITIVE_INFINITY) return;
    timer = leftMs > longestMs ? setTimeout(arm, longestMs) : setTimeout(ring, leftMs);
  }
  arm();
  return () => clearTimeout(timer);
}
