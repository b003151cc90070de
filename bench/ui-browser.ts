import { type Browser, chromium, type Page } from '@playwright/test';
import { findChromium } from '../scripts/find-chromium.js';
import type { ServerProcess } from './server-process.ts';

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox', '--disable-gpu'] });
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
  return context.newPage();
}

/** Waits until the page follows the log. */
export async function waitUntilLive(page: Page): Promise<void> {
  await page.locator('[data-connection=live]:visible').waitFor({ timeout: 30_000 });
}

/** The longest task since the last call, in whole milliseconds; 0 when all were shorter than 50 ms. */
export async function takeLongest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { longTasks } = window as unknown as { longTasks: number[] };
    return Math.round(Math.max(0, ...longTasks.splice(0)));
  });
}

/** Scrolls down as a person with a wheel does, until the end or for so long. **Shape** how far it came, in rows. */
export async function scrollDown(page: Page, maxMs: number): Promise<number> {
  const until = Date.now() + maxMs;
  let quiet = 0;
  while (Date.now() < until && quiet < 20) {
    const moved = await page.evaluate(async () => {
      const before = window.scrollY;
      window.scrollBy(0, 2_000);
      await new Promise((go) => requestAnimationFrame(() => setTimeout(go, 30)));
      return window.scrollY - before;
    });
    quiet = moved > 0 ? 0 : quiet + 1;
  }
  return page.evaluate(() => Math.round(window.scrollY / 44));
}

/** The memory that the page's objects hold, in MiB, after the garbage is gone. */
export async function readHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return Math.round(usedSize / 1024 / 1024);
}
