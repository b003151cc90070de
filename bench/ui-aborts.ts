import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import type { Pulse } from '../src/server/pulse.ts';
import { percentile } from './measure.ts';
import type { ServerProcess } from './server-process.ts';
import { openTab, takeLongest, waitUntilLive } from './ui-browser.ts';
import { report, reportLongest } from './ui-report.ts';

const aborts = 40;
const quietP95Ms = 150;
const actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' } as const;

/** From an abort's request in one browser until another one shows it, while so many other events a second are written. */
export async function measureAborts(
  browser: Browser,
  server: ServerProcess,
  pulse: Pulse,
  rate: number,
): Promise<void> {
  const [from, to] = [await openTab(browser, server), await openTab(browser, server)];
  await to.setViewportSize({ width: 1440, height: 2_200 }); // All rows are in sight.
  const keys = Array.from({ length: aborts }, (_, n) => `bench-abort-${rate}-${n}`);
  for (const key of keys) await pulse.append({ key, events: [{ kind: 'meta.__start__', payload: {} }], actor });
  await to.goto(`/?search=bench-abort-${rate}-`);
  await from.goto('/guards');
  await Promise.all([from, to].map(waitUntilLive));
  const traffic = makeTraffic(pulse, rate);
  await sleep(2_000);
  await takeLongest(to); // What it took to open both is told by the other parts.
  const delays: number[] = [];
  for (const key of keys.reverse()) {
    const seen = waitUntilAborted(to, key);
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
    await sleep(100);
  }
  const written = await traffic.stop();
  const what = `abort seen in another browser at ${rate} events/s (${written} written)`;
  report(`${what}, p50`, percentile(delays, 50), { unit: 'ms' });
  report(`${what}, p95`, percentile(delays, 95), { unit: 'ms', ...(rate === 1 && { limit: quietP95Ms }) });
  await reportLongest(to, what);
  await Promise.all([from, to].map((page) => page.context().close()));
}

/** **Shape** when the row said so. */
async function waitUntilAborted(page: Page, key: string): Promise<number> {
  return page.evaluate(async (key) => {
    for (;;) {
      const row = document.querySelector(`[data-row="${key}"]`)?.closest('tr');
      if (row?.textContent?.includes('Aborted')) return Date.now();
      await new Promise((go) => requestAnimationFrame(go));
    }
  }, key);
}

/** Writes so many events a second beside what is measured. */
function makeTraffic(pulse: Pulse, rate: number): { stop(): Promise<number> } {
  let isOver = false;
  const perAppend = Math.min(rate, 10);
  const writing = (async () => {
    const begin = performance.now();
    let written = 0;
    for (; !isOver; written += perAppend) {
      const events = Array.from({ length: perAppend }, (_, n) => ({ kind: 'note.added', payload: { n } }));
      await pulse.append({ key: `bench-traffic-${written % 500}`, events, actor });
      await sleep(Math.max(0, begin + ((written + perAppend) / rate) * 1_000 - performance.now()));
    }
    return written;
  })();
  return {
    stop: () => {
      isOver = true;
      return writing;
    },
  };
}
