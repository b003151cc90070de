import { expect, test } from './fixtures.ts';
import { openLive, rowOf } from './support/page.ts';

// A browser gives a server six connections, and each tab's stream holds one: what the seventh tab asks for waits, and so
// does the abort that somebody clicks in any of them.
test.fixme('eight tabs of one browser are live, and each can abort', async ({ context, startSleeping }) => {
  const { key } = await startSleeping('tabs');
  const tabs = [];
  for (let count = 0; count < 8; count++) tabs.push(await context.newPage());
  for (const tab of tabs) await openLive(tab, '/?status=all');
  const [first] = tabs;

  await first?.getByRole('link', { name: key, exact: true }).focus();
  await first?.keyboard.press('a');
  await first?.keyboard.press('ControlOrMeta+Enter');

  for (const tab of tabs) await expect(rowOf(tab, key)).toContainText('Aborted');
});
