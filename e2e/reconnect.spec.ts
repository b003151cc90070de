import type { Page, Request } from '@playwright/test';
import type { PulseClient } from '#client/index.ts';
import { expect, test } from './fixtures.ts';
import { entriesOf, expectConnection, openLive, rowOf, watchForReload } from './support/page.ts';
import { startPulse } from './support/start-pulse.ts';
import { makeSleeper, newKey } from './support/workflows.ts';

async function appendNotes(client: PulseClient, key: string, numbers: number[]): Promise<void> {
  for (const n of numbers) await client.event.append.mutate({ kind: 'note.added', key, payload: { n } });
}

/** How many scripts a page fetches in so many milliseconds. */
async function countScripts(page: Page, ms: number): Promise<number> {
  let scripts = 0;
  const count = (request: Request) => {
    if (request.resourceType() === 'script') scripts += 1;
  };
  page.on('request', count);
  await page.waitForTimeout(ms);
  page.off('request', count);
  return scripts;
}

/** Waits until the trail shows exactly these sequences, the newest first. */
async function expectSequences(page: Page, newest: number): Promise<void> {
  const wanted = Array.from({ length: newest }, (_, index) => `#${newest - index}`);
  await expect
    .poll(async () => (await entriesOf(page).allInnerTexts()).map((text) => /#\d+/.exec(text)?.[0]))
    .toEqual(wanted);
}

test('a viewer whose network is gone says so, and catches up without a reload', async ({
  page,
  context,
  pulse,
  startSleeping,
}) => {
  const { key } = await startSleeping('offline');
  await openLive(page, `/workflows/${key}`);
  await expectSequences(page, 2);
  const expectNoReload = await watchForReload(page);

  await context.setOffline(true);
  await expectConnection(page, 'Offline');
  await expect(page.getByText('What you see may be out of date')).toBeVisible();
  await appendNotes(pulse.client, key, [1, 2, 3, 4, 5]);
  await pulse.client.workflow.abort.mutate({ key, reason: 'while nobody saw it' });
  await expect(entriesOf(page)).toHaveCount(2);

  await context.setOffline(false);
  await expectConnection(page, 'Live');
  await expect(page.getByRole('region', { name: 'Abort' })).toContainText('while nobody saw it');
  await expectSequences(page, 9);
  await expectNoReload();
});

test('without a network nothing of the dashboard is lost, and it goes where one wanted once it is back', async ({
  page,
  context,
  startSleeping,
}) => {
  const { key } = await startSleeping('kept');
  await openLive(page, '/');
  const expectNoReload = await watchForReload(page);
  await context.setOffline(true);
  await page.keyboard.press('?'); // Its code was not fetched yet.
  await expect(page.getByText('The server did not answer.')).toBeVisible();
  await expect(rowOf(page, key)).toBeVisible();
  await context.setOffline(false);
  await expectConnection(page, 'Live');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect.poll(() => countScripts(page, 2_000)).toBe(0); // Until what may be needed later has been fetched.

  await context.setOffline(true);
  await expectConnection(page, 'Offline');
  for (const name of ['Start workflow', 'Search']) {
    await page.getByRole('button', { name }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
  }
  await page.getByRole('link', { name: 'Adapters' }).click();
  await context.setOffline(false);
  await expect(page.getByRole('heading', { name: 'Adapters', level: 1 })).toBeVisible();
  await expectNoReload();
});

test('viewers of a server that restarts miss nothing and see nothing twice', async ({ page, context, home }) => {
  test.slow(); // It starts Pulse three times.
  const first = await startPulse({ home });
  const other = await startPulse({ home, args: ['--no-adapter'] });
  const { key, input, expectRunning } = makeSleeper('restarted');
  await other.client.workflow.start.mutate({ name: 'pipeline', key, input });
  await expectRunning(true);
  await context.addCookies((await first.signIn()).cookies);
  const [list, failed] = [await context.newPage(), await context.newPage()];
  await openLive(page, `${first.url}/workflows/${key}`);
  await openLive(list, `${first.url}/`);
  await openLive(failed, `${first.url}/`);
  await expectSequences(page, 2);
  const expectNoReload = await Promise.all([page, list, failed].map(watchForReload));

  await first.stop();
  await Promise.all([page, list].map((each) => expectConnection(each, 'Reconnecting')));
  await failed.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Aborted' }).click();
  await expect(failed.getByRole('alert').filter({ hasText: 'The server did not answer' })).toBeVisible({
    timeout: 20_000,
  });
  const unseen = newKey('unseen');
  await appendNotes(other.client, key, [1, 2, 3]);
  await other.client.workflow.start.mutate({ name: 'pipeline', key: unseen, input });
  await other.client.workflow.abort.mutate({ key, reason: 'while the server was away' });

  const again = await startPulse({ home, port: first.port, args: ['--no-adapter'] });
  await Promise.all([page, list].map((each) => expectConnection(each, 'Live')));
  await expect(rowOf(failed, key)).toContainText('while the server was away');
  await expect(page.getByRole('region', { name: 'Abort' })).toContainText('while the server was away');
  await expect(rowOf(list, unseen)).toContainText('Active');
  await expect(rowOf(list, key)).toHaveCount(0);
  const { events } = await again.client.event.list.query({ key });
  await expectSequences(page, events.length);
  for (const expectSame of expectNoReload) await expectSame();
  await again.stop();
  await other.stop();
});
