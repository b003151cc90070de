import { expect, test } from './fixtures.ts';
import { openEventStream } from './support/event-stream.ts';
import { startPulse } from './support/start-pulse.ts';
import { newKey } from './support/workflows.ts';

test('a tab for which the server has no stream left asks again, and misses nothing', async ({ home, page }) => {
  test.setTimeout(120_000);
  const pulse = await startPulse({ home, args: ['--no-adapter', '--max-connections', '1'] });
  const other = await openEventStream(pulse, '?after=latest');
  const isRefused = page.waitForResponse((response) => response.url().includes('onEntry') && response.status() === 503);
  await page.context().addCookies((await pulse.signIn()).cookies);
  await page.goto(pulse.url);
  await isRefused;
  const key = newKey('meanwhile');
  const input = { steps: [{ role: 'wait', run: 'true' }] };
  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input });
  await expect(page.locator('[data-connection=live]')).toHaveCount(0);
  await expect(page.getByRole('link', { name: key })).toHaveCount(0);

  other.cut();

  await expect(page.locator('[data-connection=live]:visible')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('link', { name: key }).first()).toBeVisible();
  await pulse.stop();
});
