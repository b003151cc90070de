import type { Page } from '@playwright/test';
import { takeLongest } from './ui-browser.ts';

const longestMs = 100;

/** Prints a number with its limit, and whether it keeps it. */
export function report(what: string, value: number, { unit, limit }: { unit: string; limit?: number }): void {
  const verdict = limit === undefined ? '' : ` (limit ${limit} ${unit}${value > limit ? ': EXCEEDED' : ''})`;
  console.log(`${what}: ${value} ${unit}${verdict}`);
}

/** Prints the longest task of a page since the last time; tasks under 50 ms are not noted. */
export async function reportLongest(page: Page, what: string): Promise<void> {
  report(`${what}, longest task`, await takeLongest(page), { unit: 'ms', limit: longestMs });
}
