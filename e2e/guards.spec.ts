import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive } from './support/page.ts';

const definition = {
  name: 'two-approvals',
  initial_value: { approvals: 0 },
  sources: [
    { kind: 'review.approved', check: 'true', transition: "{'approvals': state.approvals + 1}" },
    { kind: 'deploy.asked', check: 'state.approvals >= 2', transition: 'state' },
  ],
};

test('a guard that was applied tells whether it decides, since when, and by whom', async ({ page, pulse }) => {
  const { client } = pulse;
  await client.guard.apply.mutate({ definition });
  await expect(client.event.append.mutate({ kind: 'deploy.asked', key: 'release-7' })).rejects.toThrow('two-approvals');
  await openLive(page, '/guards');
  const guard = page.getByRole('region', { name: 'two-approvals' });
  await expect(guard).toContainText(/Decides.*put in force by .+\sago/s);
  await expect(guard.getByText('state.approvals >= 2')).toBeVisible();

  await client.guard.disable.mutate({ name: 'two-approvals' });
  await page.reload();
  await expect(guard).toContainText(/Off.*switched off by .+\sago/s);
  await expect(guard.getByText('state.approvals >= 2')).toBeHidden();
  await guard.getByText('What it would decide about').click();
  await expect(guard.getByText('state.approvals >= 2')).toBeVisible();
  await expectAccessible(page);

  await guard.getByRole('link', { name: 'switched off' }).click();
  await expect(page).toHaveURL(/key=pulse/);
  await expect(page.getByText(/Guard two-approvals switched off by/)).toBeVisible();
  await expect(page.getByText(/Guard two-approvals applied by/)).toBeVisible();
});

test('a draft is tried against events, told what is wrong with it, and put in force', async ({ page, pulse }) => {
  const name = 'no-friday';
  const draft = { ...definition, name, sources: [{ ...definition.sources[1], kind: 'ship.asked' }] };
  const { position } = await pulse.client.event.append.mutate({ kind: 'ship.asked', key: 'release-8' });
  await openLive(page, '/guards');
  await page.getByRole('link', { name: 'New guard' }).click();
  const editor = page.getByRole('textbox', { name: /^Definition/ });
  const trial = page.getByRole('region', { name: 'Try it' });
  await editor.fill(JSON.stringify(draft, null, 2));
  await trial.getByRole('textbox', { name: 'Position' }).fill(String(position));
  await expect(trial).toContainText('It is refused');
  await expect(trial).toContainText('state.approvals >= 2');
  await trial.getByRole('textbox', { name: 'State' }).fill('{"approvals": 2}');
  await expect(trial).toContainText('It passes');
  await expectAccessible(page);

  await editor.fill(JSON.stringify({ ...draft, sources: [{ ...draft.sources[0], check: '$eval("1")' }] }));
  await expect(trial.getByRole('alert')).toContainText('sources[0].check');
  await editor.fill('{"name":');
  await expect(page.getByRole('button', { name: 'Count what it would have refused' })).toBeDisabled();

  await editor.fill(JSON.stringify(draft));
  await page.getByRole('button', { name: 'Count what it would have refused' }).click();
  await expect(page.getByText(/1 event of the log would have been refused/)).toBeVisible();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText(`${name} is in force`)).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Guards' }).first().click();

  const guard = page.getByRole('region', { name });
  await expect(guard).toContainText('Decides');
  await guard.getByRole('button', { name: 'Switch off' }).click();
  await page
    .getByRole('dialog', { name: `Switch off ${name}?` })
    .getByRole('button', { name: 'Switch off' })
    .click();
  await expect(guard).toContainText('Off'); // It comes by itself.
  await guard.getByText('Versions and changes').click();
  await expect(guard.getByRole('listitem')).toHaveText([/^switched off by/, /^version \w{8} applied by/]);
});

test('a draft is kept when its page is left, until it is begun anew', async ({ page }) => {
  await openLive(page, '/guards/draft');
  const editor = page.getByRole('textbox', { name: /^Definition/ });
  const begin = await editor.inputValue();
  await editor.fill('{"name": "half-done"');
  await page.getByRole('main').getByRole('link', { name: 'Guards' }).click();
  await expect(page).toHaveURL(/\/guards$/);
  await page.getByRole('link', { name: 'New guard' }).click();
  await expect(editor).toHaveValue('{"name": "half-done"');
  await page.reload();
  await expect(editor).toHaveValue('{"name": "half-done"');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Begin anew' }).click();
  await expect(editor).toHaveValue(begin);
  await page.reload();
  await expect(editor).toHaveValue(begin);
  await expect(page.getByRole('button', { name: 'Begin anew' })).toBeHidden();
});
