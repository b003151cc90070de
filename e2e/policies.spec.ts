import type { Browser, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { openLive } from './support/page.ts';
import { type Pulse, startPulse } from './support/start-pulse.ts';
import { makeSleeper, newKey, readTrail, startSleeper, waitForKind } from './support/workflows.ts';

async function openAs(browser: Browser, pulse: Pulse, name: string, role: 'admin' | 'operator'): Promise<Page> {
  const context = await browser.newContext({ baseURL: pulse.url, storageState: { cookies: [], origins: [] } });
  await context.addCookies((await pulse.signIn(name, role)).cookies);
  return context.newPage();
}

test('where an abort needs a reason and two people, the dialog says so and leads there', async ({ browser, home }) => {
  test.setTimeout(120_000);
  const pulse = await startPulse({ home });
  const sleeper = makeSleeper('confirmed');
  await startSleeper(pulse.client, sleeper);

  const ana = await openAs(browser, pulse, 'Ana', 'admin');
  await ana.goto('/settings');
  for (const policy of ['An abort needs a reason', 'An abort needs two']) {
    await ana.getByRole('button', { name: `Switch on: ${policy}` }).click();
    await expect(ana.getByRole('button', { name: `Switch off: ${policy}` })).toBeVisible();
  }

  await openLive(ana, `/workflows/${sleeper.key}`);
  await ana.getByRole('button', { name: 'Abort', exact: true }).click();
  const dialog = ana.getByRole('dialog');
  await expect(dialog).toContainText('someone else aborts it');
  const ask = dialog.getByRole('button', { name: 'Ask for the abort' });
  await dialog.getByLabel(/^Reason/).fill('too short');
  await expect(ask).toBeDisabled();
  await dialog.getByLabel(/^Reason/).fill('wrong repository');
  await ask.click();
  await expect(dialog).toHaveCount(0);
  await sleeper.expectRunning(true);

  const ben = await openAs(browser, pulse, 'Ben', 'operator');
  await openLive(ben, `/workflows/${sleeper.key}`);
  await ben.getByRole('button', { name: 'Abort', exact: true }).click();
  await expect(ben.getByRole('dialog')).toContainText('Ana asks for this abort');
  await ben.getByLabel(/^Reason/).fill('it is the wrong one');
  await ben.getByRole('button', { name: 'Abort workflow' }).click();
  await sleeper.expectRunning(false);

  const { events } = await pulse.client.event.list.query({ key: sleeper.key });
  expect(
    events
      .filter(({ kind }) => kind.includes('__abort'))
      .map(({ kind, actor, payload }) => [kind, actor.name, payload]),
  ).toEqual([
    ['pipeline.__abort_request__', 'Ana', { reason: 'wrong repository' }],
    ['pipeline.__abort__', 'Ben', { reason: 'it is the wrong one' }],
  ]);
  for (const page of [ana, ben]) await page.close();
  await pulse.stop();
});

test('an adapter runs no programs of an input unless it is allowed, and Pulse says so', async ({ home, browser }) => {
  const pulse = await startPulse({ home, env: { PULSE_ALLOW_COMMANDS: '' } });
  const page = await openAs(browser, pulse, 'Ana', 'operator');
  await openLive(page, '/');
  await page.getByRole('button', { name: 'Start workflow' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Start a workflow' });
  await expect(dialog.getByRole('status')).toHaveText(/was started without --allow-commands/);
  await page.close();

  const key = newKey('denied');
  const input = JSON.stringify({ steps: [{ role: 'a', run: 'true' }] });
  const started = await pulse.upulse('workflow', 'start', 'pipeline', '--key', key, '--input', input);
  expect(started).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('--allow-commands') });
  await waitForKind(pulse.client, key, 'pipeline.__end__');

  expect(await readTrail(pulse.client, key)).not.toContain('pipeline.__round__');
  const { events } = await pulse.client.event.list.query({ key, kind: '*.__end__' });
  expect(events).toMatchObject([
    { payload: { outcome: 'failed', error: expect.stringContaining('--allow-commands') } },
  ]);
  await pulse.stop();
});
