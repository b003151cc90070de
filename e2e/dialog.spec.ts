import { expect, test } from './fixtures.ts';
import { openLive, rowOf } from './support/page.ts';

test('a dialog that closes gives the focus back to what opened it', async ({ page, startSleeping }) => {
  const { key } = await startSleeping('focus');
  await openLive(page, `/?search=${key}`);
  const start = page.getByRole('button', { name: 'Start workflow' });
  await start.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(start).toBeFocused();

  await page.keyboard.press('j');
  const link = page.getByRole('link', { name: key });
  await expect(link).toBeFocused();
  await page.keyboard.press('a');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(link).toBeFocused();
});

test('when what opened a dialog has gone, the focus is on the content', async ({ page, startSleeping }) => {
  const { key } = await startSleeping('gone');
  await openLive(page, `/?search=${key}`);
  await page.getByRole('button', { name: `Abort ${key}` }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(rowOf(page, key)).toHaveCount(0);
  await expect(page.getByRole('main')).toBeFocused();

  const { key: other } = await startSleeping('gone');
  await openLive(page, `/workflows/${other}`);
  await page.keyboard.press('a'); // Nothing has the focus.
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('main')).toBeFocused();
});
