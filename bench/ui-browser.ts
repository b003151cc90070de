import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findChromium } from '../scripts/find-chromium.js';
import type { ServerProcess } from './server-process.ts';

// What a browser and a tab do when they start is not the page's: both have been there for a while where people use them.
const startMs = 4_000;
const settleMs = 1_500;

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  await sleep(startMs);
  return browser;
}

/** Opens a tab in a browser of its own, which notes every task that keeps its page from answering for 50 ms or more. */
export async function openTab(browser: Browser, { url, token }: ServerProcess): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
    viewport: { width: 1440, height: 900 },
  });
  await context.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  const page = await context.newPage();
  await sleep(settleMs);
  return page;
}

/** Notes in a page that is yet to be opened when it first shows something that fits a selector. */
export async function noteVisible(page: Page, selector: string): Promise<void> {
  // No function in it has a name: tsx would wrap those in a helper that the page does not have.
  await page.addInitScript((selector) => {
    new MutationObserver((_changes, observer) => {
      if (!document.querySelector(selector)) return;
      observer.disconnect();
      // Painted with the next frame, so this comes right after.
      requestAnimationFrame(() => setTimeout(() => Object.assign(window, { visibleMs: performance.now() })));
    }).observe(document, { childList: true, subtree: true });
  }, selector);
}

/** How long after the navigation began that was, in milliseconds. */
export async function readVisibleMs(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const noted = window as { visibleMs?: number };
    while (noted.visibleMs === undefined && performance.now() < 30_000) await new Promise((go) => setTimeout(go, 20));
    return noted.visibleMs ?? Number.POSITIVE_INFINITY;
  });
}

/** Waits until the page follows the log. It looks from within: a locator's own script would hold the page up while it loads. */
export async function waitUntilLive(page: Page): Promise<void> {
  const isLive = await page.evaluate(async () => {
    while (performance.now() < 30_000) {
      for (const shown of document.querySelectorAll('[data-connection=live]')) if (shown.checkVisibility()) return true;
      await new Promise((go) => setTimeout(go, 50));
    }
    return false;
  });
  if (!isLive) throw new Error(`${page.url()} does not follow the log`);
}

/** The longest task since the last call, in whole milliseconds; 0 when all were shorter than 50 ms. */
export async function takeLongest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { longTasks } = window as unknown as { longTasks: number[] };
    return Math.round(Math.max(0, ...longTasks.splice(0)));
  });
}

/** Scrolls as one does with a wheel, until nothing has moved for a while or for so long. **Shape** whether it came to the end. */
export async function scrollToEnd(page: Page, maxMs: number): Promise<boolean> {
  return page.evaluate(async (maxMs) => {
    const until = performance.now() + maxMs;
    let movedAt = performance.now();
    while (performance.now() < until && performance.now() - movedAt < 3_000) {
      const before = window.scrollY;
      window.scrollBy(0, 3_000);
      await new Promise((go) => requestAnimationFrame(() => setTimeout(go, 20)));
      if (window.scrollY > before) movedAt = performance.now();
    }
    return performance.now() < until;
  }, maxMs);
}

/** Goes to the top at once, as with the key Home, and waits for a row that is there. */
export async function scrollToTop(page: Page, first: string): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.locator(first).first().waitFor();
}

/** The memory that the page's objects hold, in MiB, after the garbage is gone. */
export async function readHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return Math.round((usedSize / 1024 / 1024) * 10) / 10;
}
