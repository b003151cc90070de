import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import type { ServerProcess } from './server-process.ts';
import { openTab, readHeap, scrollToEnd, scrollToTop, waitUntilLive } from './ui-browser.ts';
import { report, reportLongest } from './ui-report.ts';

const mostMs = 240_000;

/** Opens the list of all, scrolls it to its end and back, searches it and filters it. */
export async function measureList(browser: Browser, server: ServerProcess): Promise<void> {
  const page = await openTab(browser, server);
  await page.goto('/?status=all');
  await waitUntilLive(page);
  await sleep(1_000);
  await reportLongest(page, 'list opened');
  const begin = performance.now();
  const isWhole = await scrollToEnd(page, mostMs);
  const tookS = Math.round((performance.now() - begin) / 1_000);
  console.log(`list scrolled to row ${await readLastRow(page)} in ${tookS} s${isWhole ? '' : ', NOT to its end'}`);
  await reportLongest(page, 'list scrolled');
  report('list scrolled, memory', await readHeap(page), { unit: 'MiB' });
  await scrollToTop(page, 'tr[aria-rowindex="2"]');
  await reportLongest(page, 'list, back at its top');
  await page.keyboard.press('/');
  await page.keyboard.type('person 17', { delay: 60 });
  await page.waitForURL(/search=person\+17/);
  await sleep(1_500);
  await reportLongest(page, 'list searched');
  await page.goto('/?status=all');
  await waitUntilLive(page);
  await sleep(1_000);
  await reportLongest(page, 'list opened again');
  for (const name of ['Aborted', 'Ended', 'Active', 'All'])
    await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name }).click();
  await sleep(1_500);
  await reportLongest(page, 'list filtered by each status');
  await page.context().close();
}

async function readLastRow(page: Page): Promise<number> {
  return page.evaluate(() => Number(document.querySelector('tbody tr:last-child')?.getAttribute('aria-rowindex')) - 1);
}
