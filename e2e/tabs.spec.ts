import type { BrowserContext, Page, Request } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { expectConnection, openLive, rowOf, watchForReload } from './support/page.ts';
import { startPulse } from './support/start-pulse.ts';
import { makeSleeper, newKey } from './support/workflows.ts';

const quick = { role: 'one', run: 'true' };

/** Counts the streams that the tabs of a browser hold. */
function watchStreams(context: BrowserContext): { open(): number } {
  const streams = new Map<Request, Page>();
  const drop = (request: Request) => void streams.delete(request);
  context.on('requestfinished', drop);
  context.on('requestfailed', drop);
  context.on('request', (request) => {
    if (!request.url().includes('/api/trpc/workflow.onEntry')) return;
    const page = request.frame().page();
    streams.set(request, page);
    page.once('close', () => drop(request));
  });
  return { open: () => streams.size };
}

async function openTabs(context: BrowserContext, count: number, path: string): Promise<Page[]> {
  const tabs: Page[] = [];
  for (let at = 0; at < count; at += 1) {
    const tab = await context.newPage();
    await openLive(tab, path);
    tabs.push(tab);
  }
  return tabs;
}

test('twelve tabs are live over one connection, and go on without the one that held it', async ({ context, pulse }) => {
  test.slow();
  const streams = watchStreams(context);
  const prefix = newKey('many');
  const start = (n: number) =>
    pulse.client.workflow.start.mutate({ name: 'pipeline', key: `${prefix}-${n}`, input: { steps: [quick] } });
  await start(0);
  const [leader, ...others] = (await openTabs(context, 12, `/?status=all&search=${prefix}`)) as [Page, ...Page[]];
  expect(streams.open()).toBe(1);

  const starting = Promise.all(Array.from({ length: 10 }, (_, n) => start(n + 1)));
  await leader.close();
  await starting;

  const wanted = Array.from({ length: 11 }, (_, n) => `${prefix}-${n}`).sort();
  for (const tab of others) {
    await expectConnection(tab, 'Live');
    const keys = tab.getByRole('table', { name: 'Workflows' }).getByRole('link');
    await expect.poll(async () => (await keys.allInnerTexts()).sort()).toEqual(wanted);
  }
  expect(streams.open()).toBe(1);
});

test('tabs heal when the server has been away, and show what happened meanwhile', async ({ context, home }) => {
  test.slow();
  const first = await startPulse({ home });
  const other = await startPulse({ home, args: ['--no-adapter'] });
  const { key, input, expectRunning } = makeSleeper('away');
  await other.client.workflow.start.mutate({ name: 'pipeline', key, input });
  await expectRunning(true);
  await context.addCookies((await first.signIn()).cookies);
  const tabs = await openTabs(context, 4, `${first.url}/?status=all`);
  const expectNoReload = await Promise.all(tabs.map(watchForReload));

  await first.stop();
  for (const tab of tabs) await expectConnection(tab, 'Reconnecting');
  await other.client.workflow.abort.mutate({ key, reason: 'while nobody saw it' });
  const again = await startPulse({ home, port: first.port, args: ['--no-adapter'] });
  for (const tab of tabs) {
    await expectConnection(tab, 'Live');
    await expect(rowOf(tab, key)).toContainText('while nobody saw it');
  }
  for (const expectSame of expectNoReload) await expectSame();
  await again.stop();
  await other.stop();
});
