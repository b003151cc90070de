import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

export const themes = ['light', 'dark'] as const;

const wcagTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Its types come with a Playwright of another version than the tests'.
type AxePage = ConstructorParameters<typeof AxeBuilder>[0]['page'];

/** Checks what is on screen with axe, in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${colorScheme}\\b`));
    // Its other mode opens a page of its own for each look, for the sake of frames; there are none.
    const axe = new AxeBuilder({ page: page as unknown as AxePage }).withTags(wcagTags).setLegacyMode();
    const { violations } = await axe.analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}\n${failureSummary}`),
    );
    expect(found, `${page.url()} in the ${colorScheme} theme`).toEqual([]);
  }
}

/** Waits until the page follows the log. */
export async function expectConnection(page: Page, word: 'Live' | 'Reconnecting' | 'Offline'): Promise<void> {
  await expect(page.getByRole('status', { name: `Connection: ${word}` })).toBeVisible({ timeout: 20_000 });
}

/** Opens a page and waits until it follows the log. */
export async function openLive(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expectConnection(page, 'Live');
}

/** Remembers which document a page shows. The result fails when it has been loaded again since. */
export async function watchForReload(page: Page): Promise<() => Promise<void>> {
  const readDocument = () => page.evaluate(() => performance.timeOrigin);
  const before = await readDocument();
  return async () => expect(await readDocument(), 'the page was not loaded again').toBe(before);
}

/** A workflow's row in the list. */
export function rowOf(page: Page, key: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name: key, exact: true }) });
}

/** The entries of the trail on screen. */
export function entriesOf(page: Page): Locator {
  return page.getByRole('feed', { name: 'Entries' }).getByRole('article');
}
