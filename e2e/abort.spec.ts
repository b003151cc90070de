import { expect, test } from './fixtures.ts';
import { entriesOf, expectAccessible, openLive, rowOf, watchForReload } from './support/page.ts';
import { readTrail, waitForKind } from './support/workflows.ts';

test('an abort with a reason in one window is seen in another without a reload', async ({
  page: list,
  browser,
  pulse,
  startSleeping,
}) => {
  const { key, expectRunning } = await startSleeping('runaway');
  const reason = 'rewrites a core package & <b>nobody</b> asked ☂';
  const elsewhere = await browser.newContext({ baseURL: pulse.url });
  const trail = await elsewhere.newPage();
  await openLive(list, '/?status=all');
  await openLive(trail, `/workflows/${key}`);
  const expectNoReload = await Promise.all([list, trail].map(watchForReload));

  await list.getByRole('link', { name: key, exact: true }).focus();
  await list.keyboard.press('a');
  const dialog = list.getByRole('dialog', { name: `Abort ${key}` });
  await expect(dialog).toContainText('Its process is stopped at once');
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await list.keyboard.type(reason);
  await list.keyboard.press('ControlOrMeta+Enter');

  await expect(dialog).toBeHidden();
  await expect(rowOf(list, key)).toContainText('Aborted');
  await expect(rowOf(list, key)).toContainText(reason);
  await expect(list.getByText(`Aborted ${key}`)).toBeVisible();

  const { abortedBy } = await pulse.client.workflow.get.query({ key });
  const panel = trail.getByRole('region', { name: 'Abort' });
  await expect(panel).toContainText(`Aborted by ${abortedBy?.name} via web`);
  await expect(panel).toContainText(reason);
  await expect(panel.getByRole('list', { name: 'Proof' })).toContainText(/wait's process gone .* later \(SIGTERM\)/);
  await expect(trail.getByRole('button', { name: 'Abort', exact: true })).toHaveCount(0);
  await expect(entriesOf(trail)).toHaveCount(4);
  await expect(entriesOf(trail).first()).toContainText('pipeline.__stopped__');
  await expect(entriesOf(trail).filter({ hasText: 'pipeline.__abort__' })).toContainText(reason);
  for (const expectSame of expectNoReload) await expectSame();

  await expectRunning(false);
  expect(await pulse.client.workflow.get.query({ key })).toMatchObject({
    status: 'aborted',
    reason,
    role: null,
    abortedBy: { type: 'user', via: 'web' },
  });
  await elsewhere.close();
});

test('the dialog says so when the workflow is aborted by someone else meanwhile', async ({
  page,
  pulse,
  startSleeping,
}) => {
  const { key } = await startSleeping('contested');
  await openLive(page, `/workflows/${key}`);
  await page.getByRole('button', { name: 'Abort' }).click();
  const dialog = page.getByRole('dialog', { name: `Abort ${key}` });
  await expect(dialog.getByRole('button', { name: 'Abort workflow' })).toBeEnabled();
  await expectAccessible(page);

  await pulse.upulse('workflow', 'abort', key, '--reason', 'was faster');

  await expect(dialog.getByRole('status')).toContainText('“was faster”. There is nothing left to abort.');
  await expect(dialog.getByRole('button', { name: 'Abort workflow' })).toHaveCount(0);
  await expectAccessible(page);
  await dialog.getByRole('link', { name: 'See its trail' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'Abort' })).toContainText('was faster');
  expect(await readTrail(pulse.client, key)).not.toContain('refused pipeline.__abort__');
});

test('an abort from a window that has fallen behind is refused, and the refusal is on the trail', async ({
  page,
  pulse,
  startSleeping,
}) => {
  const { key } = await startSleeping('behind');
  await page.route('**/api/trpc/workflow.onEntry*', (route) => route.abort()); // This window hears of nothing.
  await page.goto(`/workflows/${key}`);
  await page.getByRole('button', { name: 'Abort' }).click();
  const dialog = page.getByRole('dialog', { name: `Abort ${key}` });
  await pulse.client.workflow.abort.mutate({ key, reason: 'was first' });
  await waitForKind(pulse.client, key, 'pipeline.__stopped__');

  await dialog.getByRole('textbox', { name: 'Reason' }).fill('too late');
  await dialog.getByRole('button', { name: 'Abort workflow' }).click();

  await expect(dialog).toContainText('aborted');
  await expect(dialog).toContainText(/workflow-lifecycle/);
  expect(await pulse.client.workflow.get.query({ key })).toMatchObject({ status: 'aborted', reason: 'was first' });
  const { entries } = await pulse.client.workflow.timeline.query({ key });
  expect(entries.at(-1)).toMatchObject({
    type: 'refusal',
    guard: 'workflow-lifecycle',
    state: { status: 'aborted' },
    payload: { reason: 'too late' },
    actor: { via: 'web' },
  });
});

test('a refused attempt appears on the trail of those who watch, and says why', async ({
  page,
  pulse,
  startSleeping,
}) => {
  const { key } = await startSleeping('twice');
  await openLive(page, `/workflows/${key}`);
  const expectNoReload = await watchForReload(page);

  await pulse.upulse('workflow', 'abort', key);
  await pulse.upulse('workflow', 'abort', key);

  const refusal = entriesOf(page).filter({ hasText: 'Refused: an abort' });
  await expect(refusal).toContainText('workflow-lifecycle does not allow it: the status is “aborted”');
  await expect(refusal).toContainText('not written');
  await expect(page.getByRole('region', { name: 'Abort' })).toContainText('No reason was given');
  await expectNoReload();
});
