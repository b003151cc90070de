import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { createToken } from '../src/server/auth/tokens/create-token.ts';
import { openPulse } from '../src/server/pulse.ts';
import { withDatabase } from './database.ts';
import { startServerProcess } from './server-process.ts';
import { measureAborts } from './ui-aborts.ts';
import { openBrowser } from './ui-browser.ts';
import { measureList } from './ui-list.ts';
import { fillUiLog } from './ui-log.ts';
import { measureMemory } from './ui-memory.ts';
import { watchStolen } from './ui-report.ts';
import { measureTrail } from './ui-trail.ts';

// `npm run bench:ui`: how the dashboard does on a long list, a long trail, and a log that is written all the time.
// `-- list`, `trail`, `abort`, `memory`, or several of them, measures only those.
const workflows = 100_000;
const trailEvents = 50_000;
const actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' } as const;
const only = process.argv.slice(2);

await withDatabase(async (url, ownerUrl) => {
  await fillUiLog(ownerUrl, workflows, trailEvents);
  console.log(`A log of ${workflows} workflows, one of them with ${trailEvents} events.`);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `Load ${load} on ${availableParallelism()} processors: past their number, a task's time is mostly waiting.`,
  );
  const home = await mkdtemp(join(tmpdir(), 'pulse-bench-ui-'));
  const pulse = await openPulse({ url });
  const { token } = await createToken(pulse, { name: 'bench', role: 'operator' }, actor);
  const server = await startServerProcess(url, home, token);
  const measures = {
    list: (browser: Browser) => measureList(browser, server),
    trail: (browser: Browser) => measureTrail(browser, server),
    abort: async (browser: Browser) => {
      await measureAborts(browser, server, pulse, 1);
      await measureAborts(browser, server, pulse, 500);
    },
    memory: (browser: Browser) => measureMemory(browser, server, pulse),
  };
  try {
    for (const [name, measure] of Object.entries(measures)) {
      if (only.length > 0 && !only.includes(name)) continue;
      const browser = await openBrowser();
      const readStolen = watchStolen();
      await measure(browser).finally(() => browser.close());
      console.log(`${name}: others took ${readStolen()} of the processors meanwhile`);
    }
  } finally {
    await pulse.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
});
