import { test as base } from '@playwright/test';
import { makeHome, removeHome } from './support/home.ts';
import type { SignedIn } from './support/sign-in.ts';
import { type Pulse, startPulse } from './support/start-pulse.ts';
import { makeSleeper, type Sleeper, startSleeper } from './support/workflows.ts';

export { expect } from '@playwright/test';

interface WorkerFixtures {
  /** Who looks at the pages: Ada, an admin. */
  ada: SignedIn;
  /** The Pulse of this worker: its tests share it, so each uses keys of its own. */
  pulse: Pulse;
}

interface TestFixtures {
  /** A home of the test's own, for a Pulse that it starts and stops itself. */
  home: string;
  /** Starts a workflow that runs until it is aborted; what a test leaves running is aborted after it. */
  startSleeping: (name: string, options?: Parameters<typeof makeSleeper>[1]) => Promise<Sleeper>;
}

/** A worker that is the first to start Pulse after a change of the dashboard also builds it. */
const startTimeoutMs = 180_000;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  pulse: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
    async ({}, use) => {
      const home = await makeHome();
      try {
        const pulse = await startPulse({ home });
        await use(pulse);
        await pulse.stop();
      } finally {
        await removeHome(home);
      }
    },
    { scope: 'worker', timeout: startTimeoutMs },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: as above
  home: async ({}, use) => {
    const home = await makeHome();
    try {
      await use(home);
    } finally {
      await removeHome(home);
    }
  },

  ada: [async ({ pulse }, use) => use(await pulse.signIn()), { scope: 'worker' }],

  // Every page is Ada's, also those of contexts that a test opens itself.
  storageState: async ({ ada }, use) => {
    const cookies = ada.cookies.map(({ url, ...cookie }) => ({
      ...cookie,
      domain: new URL(url as string).hostname,
      path: '/',
      expires: -1,
      httpOnly: true,
      secure: false,
      sameSite: 'Lax' as const,
    }));
    await use({ cookies, origins: [] });
  },

  // A page's addresses are relative to the worker's Pulse.
  baseURL: async ({ pulse }, use) => use(pulse.url),

  startSleeping: async ({ pulse }, use) => {
    const keys: string[] = [];
    await use(async (name, options) => {
      const sleeper = makeSleeper(name, options);
      keys.push(sleeper.key);
      await startSleeper(pulse.client, sleeper);
      return sleeper;
    });
    await Promise.allSettled(
      keys.map((key) => pulse.client.workflow.abort.mutate({ key, reason: 'the test is over' })),
    );
  },
});
