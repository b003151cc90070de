import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive } from './support/page.ts';
import { makeSleeper } from './support/workflows.ts';

test('an abort says which workflows it takes along, and both pages lead to each other', async ({
  page,
  pulse,
  startSleeping,
}) => {
  const { key } = await startSleeping('parent');
  const child = makeSleeper('child');
  const payload = { input: child.input, maxRounds: 3, parent: { key, round: 1 } };
  await openLive(page, `/workflows/${key}`);
  await pulse.client.event.append.mutate({ key: child.key, kind: 'pipeline.__start__', payload });
  await child.expectRunning(true);
  await expect(page.getByRole('link', { name: child.key })).toBeVisible();
  await expectAccessible(page);

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
