/** Keeps as many callers busy for a while, each with work of its own. **Shape** completions per second. */
export async function measureRate(callers: number, durationMs: number, makeWork: () => () => Promise<unknown>) {
  let calls = 0;
  const begin = performance.now();
  const call = async () => {
    const work = makeWork();
    while (performance.now() - begin < durationMs) {
      await work();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return (calls / (performance.now() - begin)) * 1_000;
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return percentile(numbers, 50);
}

/** The smallest number that as many percent of the numbers do not exceed. */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
