import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { createPulseClient } from '../src/client/index.ts';
import { findChromium } from './find-chromium.js';

// Takes the pictures of README and docs from a demo of its own: the list, the dialog and an aborted workflow, in both themes.
const images = fileURLToPath(new URL('../docs/images/', import.meta.url));
const command = fileURLToPath(new URL('../bin/upulse.js', import.meta.url));
const aborted = 'load-test';

const home = await mkdtemp(join(tmpdir(), 'pulse-screenshots-'));
const demo = spawn(process.execPath, [command, 'up', '--demo'], {
  env: { ...process.env, PULSE_HOME: home, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const { url, signIn } = await waitForUrl();
  await abortOne(url);
  await mkdir(images, { recursive: true });
  const executablePath = findChromium();
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
  const storageState = await enter(browser, signIn);
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      storageState,
      colorScheme,
      viewport: { width: 1280, height: 720 },
      deviceScaleFactor: 1.5,
    });
    const suffix = colorScheme === 'dark' ? '-dark' : '';
    await open(page, `${url}/?status=all`);
    await page.screenshot({ path: join(images, `workflows${suffix}.png`) });
    await open(page, `${url}/workflows/${aborted}`);
    await page
      .getByText(/process gone/)
      .first()
      .waitFor();
    await page.screenshot({ path: join(images, `workflow${suffix}.png`) });
    await open(page, `${url}/workflows/reindex-archive`);
    await page.getByRole('button', { name: 'Abort', exact: true }).click();
    await page.getByLabel(/^Reason/).fill('It indexes the wrong archive');
    await page.screenshot({ path: join(images, `abort${suffix}.png`) });
    await page.close();
  }
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await once(demo, 'exit');
  await rm(home, { recursive: true, force: true });
}

async function waitForUrl(): Promise<{ url: string; signIn: string }> {
  let signIn = '';
  for await (const line of createInterface({ input: demo.stdout })) {
    signIn = /^Sign in: (.*)$/.exec(line)?.[1] ?? signIn;
    const ready = /^Pulse is ready: (.*)$/.exec(line);
    if (ready?.[1]) return { url: ready[1], signIn };
  }
  throw new Error('The demo ended before it was ready');
}

/** Uses the demo's link up, and keeps what it gives for all pages. */
async function enter(browser: Browser, signIn: string) {
  const page = await browser.newPage();
  await open(page, signIn);
  const state = await page.context().storageState();
  await page.close();
  return state;
}

/** Aborts a sample in its second round, twice: the second attempt is refused and stays on the trail. */
async function abortOne(url: string): Promise<void> {
  const token = (await readFile(join(home, 'admin-token'), 'utf8')).trim();
  const client = createPulseClient({ url, token, via: 'cli' });
  while ((await client.workflow.get.query({ key: aborted })).round < 2) await new Promise((go) => setTimeout(go, 200));
  const abort = () => client.workflow.abort.mutate({ key: aborted, reason: 'Wrong target: it loads the live shop' });
  await abort();
  await abort().catch(() => {});
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('status', { name: 'Connection: Live' }).waitFor();
}
