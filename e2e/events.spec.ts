import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive } from './support/page.ts';
import { newKey } from './support/workflows.ts';

test('the log is paused and goes on, and an event leads to its place on a trail', async ({ page, pulse }) => {
  const key = newKey('paused');
  const write = (text: string) => pulse.client.event.append.mutate({ kind: 'meta.note', key, payload: { text } });
  await write('first');
  await pulse.client.event.append.mutate({ kind: 'nobody.__start__', key, payload: {} });
  await openLive(page, `/events?key=${key}`);
  const rows = page.getByRole('feed', { name: 'Events' }).getByRole('article');
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'Pause' }).click();
  await write('second');
  const { position } = await write('third');
  await expect(page.getByRole('status').filter({ hasText: 'Paused, 2 new' })).toBeVisible();
  await expect(rows).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(rows).toHaveCount(4);
  await page.getByRole('button', { name: `Payload of ${position.toLocaleString('en-US')}` }).click();
  await expect(rows.first()).toContainText('“third”');
  await rows.first().getByRole('link', { name: 'See it in its trail' }).click();
  await expect(page).toHaveURL(`/workflows/${key}?entry=e${position}`);
  await expect(page.getByRole('article', { name: 'Note' }).first()).toContainText('“third”');
});
