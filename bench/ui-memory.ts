import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import type { Pulse } from '../src/server/pulse.ts';
import type { ServerProcess } from './server-process.ts';
import { openTab, readHeap, takeLongest, waitUntilLive } from './ui-browser.ts';
import { longKey } from './ui-log.ts';
import { report } from './ui-report.ts';

const streamedEvents = 100_000;
const parts = 4;
const mostGrowthMiB = 5;
const actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' } as const;

/** What pages hold while the log grows: the first part fills what they keep, the others must not add to it. */
export async function measureMemory(browser: Browser, server: ServerProcess, pulse: Pulse): Promise<void> {
  const pages = await Promise.all(
    ['/?status=all', '/events', `/workflows/${longKey}`, `/workflows/${longKey}?order=asc`].map(async (path) => {
      const page = await openTab(browser, server);
      await page.goto(path);
      await waitUntilLive(page);
      return { path, page, heaps: [await readHeap(page)] };
    }),
  );
  for (let part = 0; part < parts; part += 1) {
    await writeEvents(pulse, streamedEvents / parts);
    await sleep(3_000);
    for (const { page, heaps } of pages) heaps.push(await readHeap(page));
  }
  for (const { path, page, heaps } of pages) {
    console.log(`${path}, memory after each ${streamedEvents / parts} events: ${heaps.join(', ')} MiB`);
    const growth = Math.round(((heaps.at(-1) ?? 0) - (heaps[1] ?? 0)) * 10) / 10;
    report(`${path}, memory, growth after the first part`, growth, { unit: 'MiB', limit: mostGrowthMiB });
    report(`${path}, longest task`, await takeLongest(page), { unit: 'ms' });
  }
  await Promise.all(pages.map(({ page }) => page.context().close()));
}

/** Half of them on the long trail. */
async function writeEvents(pulse: Pulse, count: number): Promise<void> {
  const perAppend = 50;
  for (let at = 0; at < count; at += perAppend) {
    const key = (at / perAppend) % 2 === 0 ? longKey : `bench-noise-${at % 1_000}`;
    await pulse.append({
      key,
      events: Array.from({ length: perAppend }, (_, n) => ({ kind: 'note.added', payload: { n } })),
      actor,
    });
  }
}
