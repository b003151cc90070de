import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { takeLongest } from './ui-browser.ts';

const longestMs = 100;

/** Prints a number with its limit, and whether it keeps it. */
export function report(what: string, value: number, { unit, limit }: { unit: string; limit?: number }): void {
  const verdict = limit === undefined ? '' : ` (limit ${limit} ${unit}${value > limit ? ': EXCEEDED' : ''})`;
  console.log(`${what}: ${value} ${unit}${verdict}`);
}

/** Prints the longest task of a page since the last time; tasks under 50 ms are not noted. With it, what {@link watchStolen} tells. */
export async function reportLongest(page: Page, what: string, readStolen?: () => string): Promise<void> {
  const told = readStolen ? `${what} while others took ${readStolen()}` : what;
  report(`${told}, longest task`, await takeLongest(page), { unit: 'ms', limit: longestMs });
}

/** Begins to look how much of the processors other virtual machines take; the result tells it in percent, where Linux knows. */
export function watchStolen(): () => string {
  const before = readTicks();
  return () => {
    const after = readTicks();
    if (!before || !after || after.all === before.all) return 'unknown';
    return `${((100 * (after.stolen - before.stolen)) / (after.all - before.all)).toFixed(1)} %`;
  };
}

/** The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal, in ticks since the start. */
function readTicks(): { stolen: number; all: number } | null {
  try {
    const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    const ticks = first.split(/\s+/).slice(1, 9).map(Number);
    return { stolen: ticks[7] ?? 0, all: ticks.reduce((sum, value) => sum + value, 0) };
  } catch {
    return null;
  }
}
