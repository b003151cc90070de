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
