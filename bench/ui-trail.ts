import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import { median } from './measure.ts';
import type { ServerProcess } from './server-process.ts';
import {
  noteVisible,
  openTab,
  readHeap,
  readVisibleMs,
  scrollToEnd,
  scrollToTop,
  waitUntilLive,
} from './ui-browser.ts';
import { longKey } from './ui-log.ts';
import { report, reportLongest, watchStolen } from './ui-report.ts';

const mostMs = 240_000;
const visibleMs = 1_000;
const opens = 5;

/** Opens the long trail in both orders, scrolls it to its end and back, and filters it. */
export async function measureTrail(browser: Browser, server: ServerProcess): Promise<void> {
  for (const [what, order] of [
    ['newest first', 'desc'],
    ['oldest first', 'asc'],
  ] as const) {
    const times: number[] = [];
    for (let nth = 0; nth < opens; nth += 1) {
      const page = await openTab(browser, server); // Of a browser that has nothing cached.
      await noteVisible(page, 'article');
      await openTrail(page, what, order);
      times.push(await readVisibleMs(page));
      await page.context().close();
    }
    report(`trail visible, ${what}, median of ${opens}`, Math.round(median(times)), { unit: 'ms', limit: visibleMs });
    report(`trail visible, ${what}, slowest`, Math.round(Math.max(...times)), { unit: 'ms', limit: visibleMs });
    const page = await openTab(browser, server);
    await openTrail(page, what, order);
    const begin = performance.now();
    const isWhole = await scrollToEnd(page, mostMs);
    const last = (await page.getByRole('article').last().textContent())?.match(/#([\d,]+)/)?.[1];
    const tookS = Math.round((performance.now() - begin) / 1_000);
    console.log(`trail scrolled to event ${last} in ${tookS} s${isWhole ? '' : ', NOT to its end'}`);
    await reportLongest(page, `trail scrolled, ${what}`);
    report('trail scrolled, memory', await readHeap(page), { unit: 'MiB' });
    await scrollToTop(page, '[role=feed] [data-index="0"]');
    await reportLongest(page, 'trail, back at its top');
    await page.getByRole('searchbox', { name: 'Find in payloads' }).fill('say them 4999');
    await page.waitForURL(/find=/);
    await sleep(3_000);
    await reportLongest(page, 'trail filtered');
    await page.context().close();
  }
}

async function openTrail(page: Page, what: string, order: string): Promise<void> {
  const readStolen = watchStolen();
  await page.goto(`/workflows/${longKey}?order=${order}`);
  await waitUntilLive(page);
  await sleep(1_000);
  await reportLongest(page, `trail opened, ${what},`, readStolen);
}
