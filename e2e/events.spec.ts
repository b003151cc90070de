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

test('a log that is paused for long counts what it lets go of, and reads it when it goes on', async ({
  page,
  pulse,
}) => {
  const key = newKey('paused-long');
  const write = (text: string) => pulse.client.event.append.mutate({ kind: 'meta.note', key, payload: { text } });
  await write('first');
  await openLive(page, `/events?key=${key}`);
  await page.getByRole('button', { name: 'Pause' }).click();
  const texts = Array.from({ length: 2_010 }, (_, index) => `note ${index + 1}`);
  while (texts.length > 0) await Promise.all(texts.splice(0, 30).map(write));
  await expect(page.getByRole('status').filter({ hasText: 'Paused, 2,010 new' })).toBeVisible();
  const { position } = await write('last');
  await expect(page.getByRole('status').filter({ hasText: 'Paused, 2,011 new' })).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  const shown = page.getByRole('feed', { name: 'Events' }).getByRole('button', { name: /^Payload of/ });
  const newest = [position, position - 1, position - 2].map((at) => `Payload of ${at.toLocaleString('en-US')}`);
  for (const [index, name] of newest.entries()) await expect(shown.nth(index)).toHaveAccessibleName(name);
});

test('the event that is open is in the address, also one that the list has not come to', async ({ page, pulse }) => {
  const key = newKey('linked');
  const written = [];
  for (const text of ['old', 'new'])
    written.push(await pulse.client.event.append.mutate({ kind: 'meta.note', key, payload: { text } }));
  const [old, last] = written.map(({ position }) => position) as [number, number];
  await openLive(page, `/events?key=${key}`);
  const rows = page.getByRole('feed', { name: 'Events' }).getByRole('article');
  await page.getByRole('button', { name: `Payload of ${last.toLocaleString('en-US')}` }).click();
  await expect(page).toHaveURL(`/events?key=${key}&open=${last}`);
  await page.reload();
  await expect(rows.first()).toContainText('“new”');

  await openLive(page, `/events?kind=${key}.none&open=${old}`);
  const linked = page.getByRole('region', { name: 'The event of this link' });
  await expect(linked).toContainText('“old”');
  await expectAccessible(page);
  await linked.getByRole('button', { name: `Payload of ${old.toLocaleString('en-US')}` }).click();
  await expect(linked).toBeHidden();
  await expect(page).toHaveURL(`/events?kind=${key}.none`);
});
