import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive, rowOf, watchForReload } from './support/page.ts';
import { startPulse } from './support/start-pulse.ts';
import { makeSleeper, newKey } from './support/workflows.ts';

/** An empty list has a second button for it. */
async function openStartDialog(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start workflow' }).first().click();
}

const quick = { steps: [{ role: 'greet', run: 'echo hello' }] };

test('a workflow appears when it starts, and leaves when it has ended', async ({ page, pulse, startSleeping }) => {
  await openLive(page, '/');
  const expectNoReload = await watchForReload(page);

  const { key } = await startSleeping('appears');
  const row = rowOf(page, key);
  await expect(row).toContainText('Active');
  await expect(row).toContainText('wait');
  await expect(row).toContainText('round 1');
  await expect(row).not.toContainText('of 200'); // A limit that far away says nothing.
  await expect(row.getByRole('button', { name: `Abort ${key}` })).toHaveCSS('opacity', '1');

  await pulse.client.workflow.abort.mutate({ key });
  await expect(row).toHaveCount(0);
  await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Aborted' }).click();
  await expect(row).toContainText('no reason given');
  await expectNoReload();
});

test('the tab and the search are in the address', async ({ page, pulse }) => {
  const [key, other] = [newKey('needle'), newKey('hay')];
  for (const each of [key, other]) {
    await pulse.client.workflow.start.mutate({ name: 'pipeline', key: each, input: quick });
    await expect.poll(async () => (await pulse.client.workflow.get.query({ key: each })).status).toBe('ended');
  }
  await openLive(page, '/');
  const tabs = page.getByRole('navigation', { name: 'Status' });
  await tabs.getByRole('link', { name: 'Ended' }).click();
  await expect(page).toHaveURL('/?status=ended');
  await expect(tabs.getByRole('link', { name: 'Ended' })).toHaveAttribute('aria-current', 'page');
  await expect(rowOf(page, other)).toContainText('done');

  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.type(key);
  await expect(page).toHaveURL(`/?status=ended&search=${key}`);
  await expect(rowOf(page, key)).toBeVisible();
  await expect(rowOf(page, other)).toHaveCount(0);

  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Search' })).toHaveValue(key);
  await expect(rowOf(page, key)).toBeVisible();
  await expect(rowOf(page, other)).toHaveCount(0);

  await page.getByRole('textbox', { name: 'Search' }).fill('nothing is called that');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear the search' }).first().click();
  await expect(rowOf(page, other)).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL('/');
});

test('the oldest come first where one asks for it, and what begins comes below', async ({ page, startSleeping }) => {
  const [first, second] = [await startSleeping('order-1'), await startSleeping('order-2')];
  await openLive(page, '/?search=order-');
  const keysInOrder = () =>
    page
      .getByRole('row')
      .getByRole('link', { name: /^order-/ })
      .allTextContents();
  await expect.poll(keysInOrder).toEqual([second.key, first.key]);
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Oldest first');
  await expect(page).toHaveURL('/?search=order-&order=asc');
  await expect.poll(keysInOrder).toEqual([first.key, second.key]);
  await rowOf(page, first.key).getByRole('checkbox').check();
  await expect(page).toHaveURL(`/?search=order-&order=asc&row=${first.key}`);
  const third = await startSleeping('order-3');
  await expect.poll(keysInOrder).toEqual([first.key, second.key, third.key]);
  await page.reload();
  await expect.poll(keysInOrder).toEqual([first.key, second.key, third.key]);
  await page.getByRole('button', { name: 'Remove: Oldest first' }).click();
  await expect.poll(keysInOrder).toEqual([third.key, second.key, first.key]);
  await expect(page).toHaveURL(`/?search=order-&row=${first.key}`); // In either order the same is chosen.
  await expect(rowOf(page, first.key).getByRole('checkbox')).toBeChecked();
});

test('without JavaScript the rows stand below each other, on a narrow screen too', async ({
  browser,
  baseURL,
  storageState,
  startSleeping,
}) => {
  for (const name of ['plain', 'plain']) await startSleeping(name);
  const context = await browser.newContext({
    ...(baseURL && { baseURL }),
    ...(storageState && { storageState }),
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  });
  const page = await context.newPage();
  await page.goto('/?search=plain-');
  const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
  const [first, second] = await Promise.all([rows.nth(0).boundingBox(), rows.nth(1).boundingBox()]);
  expect(first && second && second.y - first.y).toBeGreaterThanOrEqual(first?.height ?? 0);
  await context.close();
});

test('j, k and Enter move through the rows and open one', async ({ page, startSleeping }) => {
  const first = await startSleeping('row');
  const second = await startSleeping('row');
  await openLive(page, `/?search=row-`);
  await expect(page.getByRole('list', { name: 'Keys' })).toHaveText('jk moveEnter openx selecta abort? help');
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: second.key })).toBeFocused(); // The newest start comes first.
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: first.key })).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: second.key })).toBeVisible();
  await expect(page).toHaveURL(`/workflows/${second.key}`);
});

test('the form starts a workflow, and shows what the server finds wrong at its field', async ({ page, pulse }) => {
  const { key, input, expectRunning } = makeSleeper('from-the-form');
  const [step] = input.steps;
  await openLive(page, '/');
  await openStartDialog(page);
  const dialog = page.getByRole('dialog', { name: 'Start a workflow' });
  await dialog.getByText('pipeline', { exact: true }).click();
  await expect(dialog.getByRole('radio', { name: 'pipeline' })).toBeChecked();
  await dialog.getByRole('textbox', { name: 'role' }).fill('not a role!');
  await dialog.getByRole('textbox', { name: 'run' }).fill(step?.run ?? '');
  await dialog.getByText('Key and rounds').click();
  await dialog.getByRole('textbox', { name: 'Key' }).fill(key);

  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  const role = dialog.getByRole('textbox', { name: 'role' });
  await expect(role).toHaveAccessibleDescription(/a role name is letters, digits, _ and -/);
  await expect(role).toHaveAttribute('aria-invalid', 'true');
  await expect(role).toBeFocused();
  await expectAccessible(page);
  await expect(pulse.client.workflow.get.query({ key })).rejects.toMatchObject({ data: { httpStatus: 404 } });

  await role.fill('wait');
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, key)).toContainText('Active');
  await expectRunning(true);
  expect(await pulse.client.workflow.get.query({ key })).toMatchObject({ startedBy: { via: 'web' }, role: 'wait' });

  await openStartDialog(page);
  await dialog.getByText('pipeline', { exact: true }).click();
  await dialog.getByRole('textbox', { name: 'role' }).fill('wait');
  await dialog.getByRole('textbox', { name: 'run' }).fill('true');
  await dialog.getByText('Key and rounds').click();
  await dialog.getByRole('textbox', { name: 'Key' }).fill(key);
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  const taken = dialog.getByRole('textbox', { name: 'Key' });
  await expect(taken).toHaveAccessibleDescription(/There is already a workflow with this key/);
  await expect(taken).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await pulse.client.workflow.abort.mutate({ key });
  await expectRunning(false);
});

test('a Pulse on which nothing has happened says what to do', async ({ page, home }) => {
  test.slow(); // It starts a Pulse of its own, and has axe look six times.
  const pulse = await startPulse({ home, args: ['--no-adapter'] });
  await page.context().addCookies((await pulse.signIn()).cookies);
  for (const [path, heading] of [
    ['/?status=aborted', 'No workflow was aborted'],
    ['/?status=ended', 'No workflow has ended yet'],
    ['/', 'Nothing is running'],
  ] as const) {
    await openLive(page, `${pulse.url}${path}`);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await expectAccessible(page);
  }

  const key = newKey('first');
  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input: quick });
  await expect(rowOf(page, key)).toContainText('waiting for an adapter');
  await rowOf(page, key).getByRole('link', { name: key }).click();
  await expect(page.getByText('no adapter runs pipeline')).toBeVisible();
  await page.close();
  await pulse.stop();
});
