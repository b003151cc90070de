import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { openLive } from './support/page.ts';
import { newKey, waitForKind } from './support/workflows.ts';

/** Opens the form of `pipeline`. */
async function openPipelineForm(page: Page): Promise<Locator> {
  await openLive(page, '/');
  await page.getByRole('button', { name: 'Start workflow' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Start a workflow' });
  await dialog.getByText('pipeline', { exact: true }).click();
  return dialog;
}

const start = (dialog: Locator) => dialog.getByRole('button', { name: 'Start', exact: true }).click();

test('a start needs no mouse: the first field has the focus, and Ctrl+Enter starts from anywhere', async ({ page }) => {
  await openLive(page, '/');
  await page.getByRole('button', { name: 'Start workflow' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Start a workflow' });
  await expect(dialog.locator('form').locator('input, textarea').first()).toBeFocused();

  await dialog.getByRole('radio', { checked: true }).press('ArrowDown');
  await expect(dialog.getByRole('radio', { checked: true })).toBeFocused(); // Whoever looks through them stays there.
  await dialog.getByText('pipeline', { exact: true }).click();
  const [role, run] = ['role', 'run'].map((name) => dialog.getByRole('textbox', { name })) as [Locator, Locator];
  await role.fill('one');
  await dialog.getByRole('radio', { name: /^pipeline/ }).press('ControlOrMeta+Enter');
  await expect(run).toHaveAttribute('aria-invalid', 'true');
  await expect(run).toBeFocused();
  await run.fill('true');
  await dialog.getByRole('button', { name: 'Close' }).press('ControlOrMeta+Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Started pipeline-/)).toBeVisible();
});

test('a key that is taken is said at its field, which unfolds, until the key is changed', async ({ page, pulse }) => {
  const key = newKey('taken');
  const input = { steps: [{ role: 'one', run: 'true' }] };
  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input });
  const dialog = await openPipelineForm(page);
  await dialog.getByRole('textbox', { name: 'role' }).fill('one');
  await dialog.getByRole('textbox', { name: 'run' }).fill('true');
  const fold = dialog.getByText('Key and rounds');
  await fold.click();
  const field = dialog.getByRole('textbox', { name: 'Key' });
  await field.fill(key);
  await fold.click();
  await expect(field).toBeHidden();

  await start(dialog);
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription(/There is already a workflow with this key/);
  await expect(dialog.getByRole('alert')).toHaveCount(0);

  await field.press('End');
  await page.keyboard.type('-2');
  await expect(field).toBeFocused();
  await expect(field).not.toHaveAccessibleDescription(/already/);
  await start(dialog);
  await expect(dialog).toBeHidden();
  expect(await pulse.client.workflow.get.query({ key: `${key}-2` })).toMatchObject({ startedBy: { via: 'web' } });
});

test('what is wrong is forgotten at the field that changes, and nowhere else', async ({ page }) => {
  const dialog = await openPipelineForm(page);
  await start(dialog);
  const [role, run] = ['role', 'run'].map((name) => dialog.getByRole('textbox', { name })) as [Locator, Locator];
  await expect(role).toBeFocused();
  await expect(run).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.type('on');
  await expect(role).toHaveAttribute('aria-invalid', 'false');
  await expect(run).toHaveAttribute('aria-invalid', 'true');
  await expect(role).toBeFocused();

  await dialog.getByRole('button', { name: 'Add' }).last().click();
  await expect(dialog.locator('[aria-invalid=true]')).toHaveCount(0); // The places have changed.
});

test('what is wrong at no field is said above the buttons, in sight, and not in the other form', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 600 });
  const dialog = await openPipelineForm(page);
  const steps = Array.from({ length: 40 }, (_, index) => ({
    role: index === 30 ? 'not a role' : `s${index}`,
    run: 'true',
  }));
  await dialog.getByRole('button', { name: 'Edit as JSON' }).click();
  await dialog.getByRole('textbox', { name: 'Input' }).fill(JSON.stringify({ steps }, null, 2));
  await start(dialog);
  const alert = dialog.getByRole('alert');
  await expect(alert).toContainText('input.steps[30].role');
  await expect(alert).toBeInViewport({ ratio: 1 });
  await dialog.getByRole('button', { name: 'Edit as a form' }).click();
  await expect(alert).toHaveCount(0);
  await expect(dialog.locator('[aria-invalid=true]')).toHaveCount(0);
});

test('a workflow that is over tells its input, and starts another with it', async ({ page, pulse }) => {
  const key = newKey('again');
  const input = { steps: [{ role: 'greet', run: 'sleep 600' }], env: { MOOD: 'good' } };
  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input, maxRounds: 7 });
  await pulse.client.workflow.abort.mutate({ key });
  await openLive(page, `/workflows/${key}`);
  await page.getByRole('button', { name: '"sleep 600"' }).click();
  await expect(page).toHaveURL(/entry=e\d+/);
  const payload = page.getByRole('region', { name: 'Payload' });
  await payload.getByRole('button', { name: /^env/ }).click();
  await expect(payload).toContainText('“good”');

  await page.getByRole('button', { name: 'Start again' }).click();
  const dialog = page.getByRole('dialog', { name: `Start another like ${key}` });
  await expect(dialog.getByRole('radio', { name: /^pipeline/ })).toBeChecked();
  await expect(dialog.getByRole('textbox', { name: 'role' })).toHaveValue('greet');
  await expect(dialog.getByRole('textbox', { name: 'Rounds at most' })).toHaveValue('7');
  await dialog.getByRole('textbox', { name: 'run' }).fill('echo bye');
  await dialog.getByRole('textbox', { name: 'Key' }).fill(`${key}-2`);
  await start(dialog);
  await expect(dialog).toBeHidden();
  const { events } = await pulse.client.event.list.query({ key: `${key}-2`, kind: '*.__start__' });
  expect(events[0]?.payload).toEqual({
    input: { ...input, steps: [{ role: 'greet', run: 'echo bye' }] },
    maxRounds: 7,
  });
});

test('a workflow tells its input also where something was written before it began', async ({ page, pulse }) => {
  const key = newKey('early');
  const note = await pulse.client.event.append.mutate({ kind: 'pipeline.note', key, payload: { n: 1 } });
  const input = { steps: [{ role: 'greet', run: 'echo good morning' }] };
  const { event } = await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input });
  await openLive(page, `/workflows/${key}`);
  await page.getByRole('button', { name: '"echo good morning"' }).click();
  await expect(page).toHaveURL(`/workflows/${key}?entry=e${event.position}`);
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(page.getByRole('slider', { name: 'Position' })).toHaveAttribute('min', String(note.position));
});

test('an input that no form can show whole is edited as JSON', async ({ page, pulse }) => {
  const key = newKey('odd');
  await pulse.client.event.append.mutate({
    kind: 'pipeline.__start__',
    key,
    payload: { input: { steps: 'all', x: 1 } },
  });
  await waitForKind(pulse.client, key, 'pipeline.__end__'); // Its input does not fit.
  await openLive(page, `/workflows/${key}`);
  await page.getByRole('button', { name: 'Start again' }).click();
  const dialog = page.getByRole('dialog', { name: `Start another like ${key}` });
  await expect(dialog.getByRole('textbox', { name: 'Input' })).toHaveValue(/"steps": "all"/);
  await start(dialog);
  await expect(dialog.getByText(/steps/).last()).toBeVisible();
  await expect(dialog).toBeVisible();
});
