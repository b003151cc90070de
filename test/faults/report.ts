import type { SeedReport } from './run-seed.ts';

const shownProblems = 10;

/** A run in words: one line when it passed, else all that helps to find out why. */
export function describeReport({ seed, problems, faults, tookMs, logs, ...counts }: SeedReport): string {
  const { operations, events, refusals } = counts;
  const line = `seed ${seed}: ${operations} requests, ${events} events, ${refusals} refusals, ${faults.length} faults, ${(tookMs / 1000).toFixed(1)} s`;
  if (problems.length === 0) return `ok   ${line}`;
  const more = problems.length > shownProblems ? [`and ${problems.length - shownProblems} more`] : [];
  const list = (title: string, items: string[]) => [`  ${title}:`, ...items.map((item) => `    ${item}`)];
  return [
    `FAIL ${line}`,
    ...list('Problems', [...problems.slice(0, shownProblems), ...more]),
    ...list('Faults', faults),
    `  Output of the processes: ${logs}`,
  ].join('\n');
}
