/** Timers of Node's reach no further, which is 25 days. */
const longestMs = 2 ** 31 - 1;

/** Rings at a moment by `Date.now()`, however far away; never for infinity. **Shape** a function that cancels it. */
export function setAlarm(atMs: number, ring: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  function arm(): void {
    const leftMs = atMs - Date.now();
    if (leftMs === Number.POSITIVE_INFINITY) return;
    timer = leftMs > longestMs ? setTimeout(arm, longestMs) : setTimeout(ring, leftMs);
  }
  arm();
  return () => clearTimeout(timer);
}
