import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive } from './support/page.ts';

test('the palette finds a workflow and commands by keyboard alone', async ({ page, startSleeping }) => {
  test.slow();
  const { key } = await startSleeping('palette');
  await openLive(page, '/guards');
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type(key);
  await expect(palette.getByRole('option', { name: key })).toHaveAttribute('aria-selected', 'true');
  await expect(palette.getByText('Nothing is called that')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(key);

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('abort');
  await expect(palette.getByRole('option', { name: `Abort ${key}` })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('dialog', { name: `Abort ${key}` }).getByRole('textbox', { name: 'Reason' }),
  ).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('keys go to the pages, and ? tells which there are', async ({ page, startSleeping }) => {
  const { key } = await startSleeping('keys');
  await openLive(page, `/?search=${key}`);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help).toContainText('abort the row, or all that are chosen');
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  await page.keyboard.press('j');
  await page.keyboard.press('g');
  await page.keyboard.press('a'); // Goes to the adapters, and aborts nothing.
  await expect(page).toHaveURL('/adapters');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  for (const [letter, path] of [
    ['e', '/events'],
    ['g', '/guards'],
    ['w', '/'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await expect(page).toHaveURL(path);
  }
});
