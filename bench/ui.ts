import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import { createToken } from '../src/server/auth/tokens/create-token.ts';
import { openPulse, type Pulse } from '../src/server/pulse.ts';
import { withDatabase } from './database.ts';
import { percentile } from './measure.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { openBrowser, openTab, readHeap, scrollDown, takeLongest, waitUntilLive } from './ui-browser.ts';
import { fillUiLog, longKey } from './ui-log.ts';

// `npm run bench:ui`: how the dashboard does on a long list, a long trail, and a log that is written all the time.
const workflows = 100_000;
const trailEvents = 50_000;
const streamedEvents = 100_000;
const busyRate = 500;
const aborts = 40;
const actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' } as const;

await withDatabase(async (url, ownerUrl) => {
  await fillUiLog(ownerUrl, workflows, trailEvents);
  const home = await mkdtemp(join(tmpdir(), 'pulse-bench-ui-'));
  const pulse = await openPulse({ url });
  const { token } = await createToken(pulse, { name: 'bench', role: 'operator' }, actor);
  const server = await startServerProcess(url, home, token);
  const browser = await openBrowser();
  try {
    await measureList(browser, server);
    await measureTrail(browser, server);
    await measureAborts(browser, server, pulse, 0);
    await measureAborts(browser, server, pulse, busyRate);
    await measureMemory(browser, server, pulse);
  } finally {
    await browser.close();
    await pulse.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
});

async function measureList(browser: Browser, server: ServerProcess): Promise<void> {
  const page = await openTab(browser, server);
  await page.goto('/?status=all');
  await waitUntilLive(page);
  console.log(`list of ${workflows}: opened, longest task ${await takeLongest(page)} ms`);
  const rows = await scrollDown(page, 30_000);
  console.log(`list: scrolled over ${rows} rows, longest task ${await takeLongest(page)} ms`);
  await page.keyboard.press('/');
  await page.keyboard.type('person 17', { delay: 60 });
  await page.getByRole('row').nth(5).waitFor();
  await sleep(1_000);
  console.log(`list: searched, longest task ${await takeLongest(page)} ms`);
  await page.context().close();
}

async function measureTrail(browser: Browser, server: ServerProcess): Promise<void> {
  const page = await openTab(browser, server);
  const first = page.getByRole('article').first();
  for (const [what, order] of [
    ['newest first', 'desc'],
    ['oldest first', 'asc'],
  ]) {
    const begin = performance.now();
    await page.goto(`/workflows/${longKey}?order=${order}`);
    await first.waitFor();
    const tookMs = Math.round(performance.now() - begin);
    await waitUntilLive(page);
    console.log(
      `trail of ${trailEvents}, ${what}: visible after ${tookMs} ms, longest task ${await takeLongest(page)} ms`,
    );
  }
  await scrollDown(page, 60_000);
  console.log(`trail: scrolled, longest task ${await takeLongest(page)} ms, ${await readHeap(page)} MiB`);
  await page.context().close();
}

/** From the click's request in one browser until another one shows it. */
async function measureAborts(browser: Browser, server: ServerProcess, pulse: Pulse, rate: number): Promise<void> {
  const [from, to] = [await openTab(browser, server), await openTab(browser, server)];
  const keys = Array.from({ length: aborts }, (_, n) => `bench-abort-${rate}-${n}`);
  for (const key of keys) await pulse.append({ key, events: [{ kind: 'meta.__start__', payload: {} }], actor });
  await to.goto(`/?search=bench-abort-${rate}-`);
  await from.goto('/guards');
  await Promise.all([from, to].map(waitUntilLive));
  const traffic = makeTraffic(pulse, rate);
  const delays: number[] = [];
  for (const key of keys) {
    const seen = to.evaluate(
      (key) =>
        new Promise<number>((resolve) => {
          const look = () => {
            const row = document.querySelector(`[data-row="${key}"]`)?.closest('tr');
            if (row?.textContent?.includes('Aborted')) resolve(Date.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      key,
    );
    const sent = await from.evaluate(async (key) => {
      const at = Date.now();
      await fetch('/api/trpc/workflow.abort', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key, reason: 'bench' }),
      });
      return at;
    }, key);
    delays.push((await seen) - sent);
    await sleep(50);
  }
  await traffic.stop();
  const longest = await takeLongest(to);
  console.log(
    `abort seen in another browser at ${rate} events/s: p50 ${percentile(delays, 50)} ms, p95 ${percentile(delays, 95)} ms, longest task ${longest} ms`,
  );
  await Promise.all([from, to].map((page) => page.context().close()));
}

async function measureMemory(browser: Browser, server: ServerProcess, pulse: Pulse): Promise<void> {
  const pages = await Promise.all(
    ['/?status=all', '/events', `/workflows/${longKey}`].map(async (path) => {
      const page = await openTab(browser, server);
      await page.goto(path);
      await waitUntilLive(page);
      return { path, page };
    }),
  );
  for (let written = 0; written <= streamedEvents; written += streamedEvents / 4) {
    if (written > 0) await writeEvents(pulse, streamedEvents / 4);
    await sleep(3_000);
    const heaps = await Promise.all(
      pages.map(
        async ({ path, page }) => `${path} ${await readHeap(page)} MiB (longest task ${await takeLongest(page)} ms)`,
      ),
    );
    console.log(`after ${written} events: ${heaps.join(', ')}`);
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

/** Writes so many events a second beside what is measured. */
function makeTraffic(pulse: Pulse, rate: number): { stop(): Promise<void> } {
  let isOver = rate === 0;
  const perAppend = 10;
  const writing = (async () => {
    const begin = performance.now();
    for (let written = 0; !isOver; written += perAppend) {
      const events = Array.from({ length: perAppend }, (_, n) => ({ kind: 'note.added', payload: { n } }));
      await pulse.append({ key: `bench-traffic-${written % 500}`, events, actor });
      await sleep(Math.max(0, begin + (written / rate) * 1_000 - performance.now()));
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await writing;
    },
  };
}
