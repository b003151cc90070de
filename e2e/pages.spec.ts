import { expect, test } from './fixtures.ts';
import { entriesOf, expectAccessible, openLive, rowOf } from './support/page.ts';
import { makeSleeper, newKey, startSleeper, waitForKind } from './support/workflows.ts';

let running: string;
let aborted: string;
let paths: string[];

test.beforeAll(async ({ pulse }) => {
  const { client } = pulse;
  const sleepers = [
    makeSleeper('running'),
    makeSleeper('longer-than-a-narrow-screen-has-room-for-on-one-line'),
  ] as const;
  await Promise.all(sleepers.map((sleeper) => startSleeper(client, sleeper)));
  [running, aborted] = [sleepers[0].key, sleepers[1].key];
  await client.workflow.abort.mutate({ key: aborted, reason: 'out-of-scope-'.repeat(30) });
  await client.workflow.abort.mutate({ key: aborted }).catch(() => {}); // Refused: a line of its own on the trail.
  await waitForKind(client, aborted, 'pipeline.__stopped__');
  paths = ['/', '/?status=all', `/workflows/${running}`, `/workflows/${aborted}`, '/events', '/guards', '/adapters'];
});
test.afterAll(({ pulse }) => pulse.client.workflow.abort.mutate({ key: running }));

test('every page is accessible in light and in dark', async ({ page }) => {
  test.slow(); // Nine pages and a dialog, each looked at twice.
  for (const path of paths) {
    await openLive(page, path);
    await expectAccessible(page);
  }
  await page.goto('/nowhere');
  await expectAccessible(page);
  await openLive(page, '/');
  await page.getByRole('button', { name: 'Start workflow' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
});

test('a screen of 360 pixels shows every page without scrolling sideways', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of [...paths, '/settings']) {
    await openLive(page, path);
    const { content, screen } = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
    }));
    expect(content, path).toBeLessThanOrEqual(screen);
  }
});

test('a page that nobody touches asks for nothing while nothing happens', async ({ page }) => {
  test.slow(); // It looks at each page for a while.
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  // Who is there writes no event, so adapters alone are asked for now and then; and what a dialog needs is fetched once.
  const isUnexpected = (url: string) => !/\/api\/trpc\/adapter\.list|\/_next\/static\//.test(url);
  // On a narrow screen, what stands above the rows is highest.
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 740 });
    for (const path of [...paths, '/settings']) {
      await openLive(page, path);
      // It has read what it shows once it has asked for nothing for a moment: one that never stops fails by the time that takes.
      await expect.poll(() => asked.splice(0).filter(isUnexpected), { intervals: [500] }).toEqual([]);
      await page.waitForTimeout(700);
      expect(asked.filter(isUnexpected), `${path} at ${width}`).toEqual([]);
    }
  }
});

test('no page moves what one looks at while it loads', async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/?status=all', `/workflows/${running}`, `/workflows/${aborted}`, '/settings']) {
      await openLive(page, path);
      await page.waitForTimeout(300); // What the browser adds of its own comes right after.
      const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
      const moved = shifts.reduce((sum, value) => sum + value, 0);
      expect(moved, `${path} at ${width}`).toBeLessThan(0.02); // 0.1 is commonly held to be good.
    }
  }
});

test('a workflow that there is not is answered with 404 and a way on', async ({ page }) => {
  for (const path of ['/workflows/nope', '/workflows/%00', `/workflows/${'k'.repeat(300)}`, '/nowhere']) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByRole('link', { name: /workflows/ }).last(), path).toBeVisible();
  }
  await page.goto('/workflows/nope');
  await expect(page.getByRole('heading', { name: 'There is no workflow with this key' })).toBeVisible();
  await page.getByRole('link', { name: 'See all workflows' }).click();
  await expect(rowOf(page, running)).toBeVisible();
});

test('on the events, a key that is no workflow leads to its own events', async ({ page, pulse }) => {
  const key = newKey('a note/of its own');
  await pulse.client.event.append.mutate({ kind: 'note.written', key, payload: { text: 'hello' } });
  await openLive(page, '/events');
  await page.getByRole('link', { name: key }).click();
  await expect(page).toHaveURL(`/events?${new URLSearchParams({ key })}`);
  await expect(page.getByRole('textbox', { name: 'Key' })).toHaveValue(key);
  await expect(page.getByRole('feed', { name: 'Events' }).getByRole('article')).toHaveCount(1);
  await page.getByRole('link', { name: key }).click(); // It is there already.
  await expect(page.getByRole('feed', { name: 'Events' }).getByRole('article')).toHaveCount(1);
});

test('the indicator says that it is live, and of what the age is', async ({ page }) => {
  await openLive(page, '/');
  await expect(page.locator('[data-connection=live]:visible')).toHaveText(/^Live\s*last event \S.*$/);
});

test('an address that can not be decoded is the fault of who asks', async ({ page }) => {
  for (const path of ['/workflows/%E0%A4%A', '/%E0%A4%A', '/events?kind=%E0%A4%A']) {
    const response = await page.request.get(path);
    expect(response.status(), path).toBeLessThan(500);
  }
});

test('without JavaScript the list, its tabs and a trail can be read', async ({ browser, pulse }) => {
  const context = await browser.newContext({ baseURL: pulse.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/');
  await expect(rowOf(page, running)).toContainText('Active');
  await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Aborted' }).click();
  await expect(rowOf(page, aborted)).toContainText('Aborted');
  await page.getByRole('link', { name: aborted }).click();
  await expect(page.getByRole('article', { name: 'Aborted by' })).toContainText('out-of-scope');
  await context.close();
});

test('keys of any script are links that work', async ({ page, pulse }) => {
  for (const name of ['工作流 #1', 'a/b?c=d&e', '100% "done"', 'ключ/../x', '<b>bold</b>']) {
    const key = `${name} ${running}`;
    await pulse.client.workflow.start.mutate({
      name: 'pipeline',
      key,
      input: { steps: [{ role: 'one', run: 'true' }] },
    });
    await waitForKind(pulse.client, key, 'pipeline.__end__');
    await openLive(page, `/?status=ended&search=${encodeURIComponent(key)}`);
    await page.getByRole('link', { name: key, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(key);
    await expect(entriesOf(page)).toHaveCount(4);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(key);
  }
});
