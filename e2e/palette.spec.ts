import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive } from './support/page.ts';
import { newKey } from './support/workflows.ts';

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

test('Enter opens what fits what is typed, and no workflow that was found before', async ({ page, pulse }) => {
  const key = newKey('newest');
  await pulse.client.event.append.mutate({ kind: 'diary.__start__', key, payload: {} });
  await openLive(page, '/guards');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await page.keyboard.press('ControlOrMeta+k');
  await expect(palette.getByRole('option', { name: key })).toBeVisible();
  await page.keyboard.type('settings');
  await page.keyboard.press('Enter'); // Before the server is even asked.
  await expect(page).toHaveURL('/settings');
});

test('the first workflow that is found is selected, whatever was before', async ({ page, pulse }) => {
  const keys = [newKey('needle'), ...Array.from({ length: 8 }, () => newKey('needless'))];
  for (const key of keys) await pulse.client.event.append.mutate({ kind: 'diary.__start__', key, payload: {} });
  const [wanted = ''] = keys;
  await openLive(page, '/guards');
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  const hits = palette.getByRole('group', { name: 'Workflows' }).getByRole('option');
  for (const part of ['needle', wanted.slice(1, 15)]) {
    const answered = page.waitForResponse((response) => response.url().includes('workflow.list'));
    await palette.getByRole('combobox').fill(part);
    await answered;
    await expect(hits.first()).toHaveAttribute('aria-selected', 'true');
  }
  await expect(hits).toHaveText([new RegExp(`^${wanted}`)]);
  await expect(hits).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(wanted);
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
