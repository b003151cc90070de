import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive, rowOf } from './support/page.ts';
import { makeSleeper, newKey } from './support/workflows.ts';

test('an abort says which workflows it takes along, and both pages lead to each other', async ({
  page,
  pulse,
  startSleeping,
}) => {
  test.slow(); // Two pages, each looked at twice.
  const { key } = await startSleeping('parent');
  const child = makeSleeper('child');
  const payload = { input: child.input, maxRounds: 3, parent: { key, round: 1 } };
  await openLive(page, `/workflows/${key}`);
  await pulse.client.event.append.mutate({ key: child.key, kind: 'pipeline.__start__', payload });
  await child.expectRunning(true);
  await expect(page.getByRole('link', { name: child.key })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('link', { name: 'See them in the list' }).click();
  await expect(page).toHaveURL(`/?${new URLSearchParams({ status: 'all', parent: key })}`);
  await expect(rowOf(page, child.key)).toBeVisible();
  await expect(rowOf(page, key)).toHaveCount(0);
  await expectAccessible(page);
  await page.goBack();

  await page.getByRole('button', { name: 'Abort', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Abort ${key}` });
  await expect(dialog).toContainText('1 workflow that it has started is aborted too');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('both of them');
  await dialog.getByRole('button', { name: 'Abort workflow' }).click();
  await expect(dialog).toBeHidden();
  await child.expectRunning(false);

  await page.getByRole('link', { name: child.key }).click();
  await expect(page.getByRole('heading', { name: child.key })).toBeVisible();
  await expect(page.getByText(`Aborted with ${key}`)).toBeVisible();
  await expect(page.getByRole('link', { name: key, exact: true })).toBeVisible();
  expect(await pulse.client.workflow.get.query({ key: child.key })).toMatchObject({
    parent: key,
    status: 'aborted',
    reason: 'both of them',
  });
});

test('an abort of many counts those that they have started, before and after', async ({ page, pulse }) => {
  const prefix = newKey('many');
  const start = (key: string, parent?: string) =>
    pulse.client.event.append.mutate({
      key,
      kind: 'idle.__start__',
      payload: parent ? { parent: { key: parent, round: 1 } } : {},
    });
  const child = newKey('taken-along');
  for (const key of [`${prefix}-0`, `${prefix}-1`]) await start(key);
  await start(child, `${prefix}-0`);
  await openLive(page, `/?search=${prefix}`);
  for (const key of ['j', 'x', 'j', 'x', 'a']) await page.keyboard.press(key);
  const dialog = page.getByRole('dialog', { name: 'Abort 2 workflows' });
  await expect(dialog).toContainText('1 workflow that they have started is aborted too.');
  await dialog.getByRole('button', { name: 'Abort 2 workflows' }).click();
  await expect(dialog.getByRole('status')).toHaveText('2 workflows aborted, and 1 that they have started');
  const outcomes = dialog.getByRole('region', { name: 'What became of each' }).getByRole('listitem');
  await expect(outcomes.filter({ hasText: `${prefix}-0` })).toContainText('and 1 that it has started');
  expect((await pulse.client.workflow.get.query({ key: child })).status).toBe('aborted');
});
