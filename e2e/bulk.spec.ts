import type { Page } from '@playwright/test';
import type { PulseClient } from '#client/index.ts';
import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive, rowOf } from './support/page.ts';
import { newKey } from './support/workflows.ts';

/** Starts workflows that no adapter runs: they stay active. */
async function startIdle(client: PulseClient, prefix: string, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  for (const key of keys) await client.event.append.mutate({ kind: 'idle.__start__', key, payload: {} });
  return keys;
}

const tabOf = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name });

test('rows that are chosen by keyboard and mouse are aborted together, each with its outcome', async ({
  page,
  pulse,
}) => {
  test.slow(); // It has axe look five times.
  const prefix = newKey('chosen');
  const keys = await startIdle(pulse.client, prefix, 4);
  await openLive(page, `/?search=${prefix}`);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const bar = page.getByRole('region', { name: 'Selection' });
  await expect(bar).toContainText('1 selected');
  await page.getByRole('checkbox', { name: `Select ${prefix}-0` }).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('4 selected');
  await page.getByRole('checkbox', { name: `Select ${prefix}-1` }).click();
  await expect(bar).toContainText('3 selected');
  await expectAccessible(page);

  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: 'Abort 3 workflows' });
  await expect(dialog.getByRole('region', { name: 'What will be aborted' })).toContainText(`${prefix}-3`);
  await expectAccessible(page);
  await pulse.client.workflow.abort.mutate({ key: `${prefix}-2`, reason: 'was faster' });
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('all of it');
  await page.keyboard.press('ControlOrMeta+Enter');

  await expect(dialog.getByRole('status')).toHaveText('2 aborted, 1 not');
  const outcomes = dialog.getByRole('region', { name: 'What became of each' }).getByRole('listitem');
  await expect(outcomes).toHaveCount(3);
  await expect(outcomes.first()).toContainText(`${prefix}-2`);
  await expect(outcomes.first()).toContainText('workflow-lifecycle');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(rowOf(page, `${prefix}-3`)).toHaveCount(0);
  await expect(rowOf(page, `${prefix}-1`)).toBeVisible();
  expect(await pulse.client.workflow.get.query({ key: keys[3] as string })).toMatchObject({
    status: 'aborted',
    reason: 'all of it',
    abortedBy: { via: 'web' },
  });
  expect((await pulse.client.workflow.get.query({ key: keys[1] as string })).status).toBe('active');
});

test('what is chosen is in the address, and a link brings it back', async ({ page, pulse }) => {
  const prefix = newKey('linked');
  await startIdle(pulse.client, prefix, 2);
  const [other] = await startIdle(pulse.client, newKey('elsewhere'), 1);
  await openLive(page, `/?search=${prefix}`);
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await expect(page).toHaveURL(`/?search=${prefix}&row=${prefix}-1&row=${prefix}-0`);
  await page.reload();
  const bar = page.getByRole('region', { name: 'Selection' });
  await expect(bar).toContainText('2 selected');
  await expect(page.getByRole('checkbox', { name: `Select ${prefix}-1` })).toBeChecked();
  await page.getByRole('link', { name: `${prefix}-1`, exact: true }).click();
  await expect(page.getByRole('heading', { name: `${prefix}-1` })).toBeVisible();
  await page.goBack();
  await expect(bar).toContainText('2 selected');
  await pulse.client.workflow.abort.mutate({ key: `${prefix}-1` });
  await expect(bar).toContainText('1 selected');
  await expect(page).toHaveURL(`/?search=${prefix}&row=${prefix}-0`);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(`/?search=${prefix}`);

  await openLive(page, `/?search=${prefix}&row=${other}`); // One that this list has not read.
  await expect(bar).toContainText('1 selected');
  await openLive(page, `/?search=${prefix}&chosen=all`);
  await expect(bar).toContainText('All that match are selected');
});

test('all that match are aborted only when their number is typed', async ({ page, pulse }) => {
  const prefix = newKey('matching');
  await startIdle(pulse.client, prefix, 7);
  await openLive(page, `/?search=${prefix}`);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Select all that match' }).click();
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Abort…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Abort 7 workflows' });
  const submit = dialog.getByRole('button', { name: 'Abort 7 workflows' });
  await expect(submit).toBeDisabled();
  await page.keyboard.press('ControlOrMeta+Enter');
  await dialog.getByRole('textbox', { name: 'Type 7 to confirm' }).fill('7');
  await expectAccessible(page);
  await submit.click();
  await expect(dialog.getByRole('status')).toHaveText('7 workflows aborted');
  const { items } = await pulse.client.workflow.list.query({ search: prefix, status: ['aborted'] });
  expect(items).toHaveLength(7);

  // What comes later is not chosen, and a second look at all that match is a new one.
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('region', { name: 'Selection' })).toHaveCount(0);
  await expect(page).toHaveURL(`/?search=${prefix}`);
  await startIdle(pulse.client, `${prefix}-later`, 1);
  await rowOf(page, `${prefix}-later-0`).getByRole('checkbox').check({ force: true });
  await page.getByRole('button', { name: 'Select all that match' }).click();
  for (const count of [1, 2]) {
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Abort…' }).click();
    const next = page.getByRole('dialog', { name: `Abort ${count} workflow` });
    await expect(next.getByRole('region', { name: 'What will be aborted' })).toContainText(`${prefix}-later`);
    await next.getByRole('button', { name: 'Cancel' }).click();
    if (count === 1) await startIdle(pulse.client, `${prefix}-latest`, 1);
    await expect(rowOf(page, `${prefix}-latest-0`)).toBeVisible();
  }
});

test('the tabs tell how many there are, live', async ({ page, pulse }) => {
  const name = `counted-${newKey('x').slice(2)}`;
  const append = (key: string, tail: string) =>
    pulse.client.event.append.mutate({ kind: `${name}.${tail}`, key: `${name}-${key}`, payload: {} });
  await append('a', '__start__');
  await openLive(page, `/?name=${name}`);
  await expect(tabOf(page, 'Active')).toHaveText('Active1');
  await append('b', '__start__');
  await expect(tabOf(page, 'Active')).toHaveText('Active2');
  await append('a', '__abort__');
  await append('b', '__end__');
  await expect(tabOf(page, 'Active')).toHaveText('Active0');
  await expect(tabOf(page, 'Aborted')).toHaveText('Aborted1');
  await expect(tabOf(page, 'Ended')).toHaveText('Ended1');
  await expect(tabOf(page, 'All')).toHaveText('All2');
  await page.reload();
  await expect(tabOf(page, 'All')).toHaveText('All2');
});

test('filters narrow the list, are in the address, and can be taken away', async ({ page, pulse }) => {
  const prefix = newKey('filtered');
  await startIdle(pulse.client, prefix, 2);
  const { startedBy } = await pulse.client.workflow.get.query({ key: `${prefix}-0` });
  await openLive(page, `/?search=${prefix}`);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const filters = page.getByRole('dialog', { name: 'Filters' });
  await expectAccessible(page);
  await filters
    .getByRole('textbox', { name: 'Started by' })
    .or(filters.getByRole('combobox', { name: 'Started by' }))
    .fill('nobody');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await expect(page).toHaveURL(/by=nobody/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove: Started by: nobody' }).click();
  await expect(rowOf(page, `${prefix}-0`)).toBeVisible();

  await page.goto(`/?by=${encodeURIComponent(startedBy.name)}&after=2020-01-01T00:00:00.000Z&name=idle`);
  await expect(page.getByRole('list', { name: 'Filters' }).getByRole('listitem')).toHaveCount(3);
  await expect(rowOf(page, `${prefix}-1`)).toBeVisible();
  await page.goto('/?before=2020-01-01T00:00:00.000Z');
  await expect(page.getByRole('heading', { name: 'Nothing fits the filters' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page).toHaveURL('/');
});
