import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { openLive, rowOf } from './support/page.ts';

/** Playwright's pages are never hidden: each can be told that it is. */
function letPagesHide(): void {
  let state: DocumentVisibilityState = 'visible';
  Object.defineProperty(document, 'visibilityState', { get: () => state });
  Object.assign(window, {
    setVisibility: (next: DocumentVisibilityState) => {
      state = next;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  });
}

function setVisibility(page: Page, state: DocumentVisibilityState): Promise<void> {
  return page.evaluate(
    (next) => (window as unknown as { setVisibility(state: string): void }).setVisibility(next),
    state,
  );
}

// A browser gives a server six connections, and each live tab holds one. What nobody sees must not keep an abort waiting.
test('with eight tabs open, the one that is seen aborts, and the others know when they are seen', async ({
  context,
  startSleeping,
}) => {
  await context.addInitScript(letPagesHide);
  const { key } = await startSleeping('tabs');
  const tabs: Page[] = [];
  for (let count = 0; count < 8; count += 1) {
    for (const hidden of tabs.slice(-1)) await setVisibility(hidden, 'hidden');
    const tab = await context.newPage();
    await openLive(tab, '/?status=all');
    tabs.push(tab);
  }
  const seen = tabs.at(-1) as Page;

  await seen.getByRole('link', { name: key, exact: true }).focus();
  await seen.keyboard.press('a');
  await seen.keyboard.press('ControlOrMeta+Enter');
  await expect(rowOf(seen, key)).toContainText('Aborted');

  await setVisibility(seen, 'hidden');
  for (const tab of tabs.slice(0, 3)) {
    await setVisibility(tab, 'visible');
    await expect(rowOf(tab, key)).toContainText('Aborted');
  }
});
