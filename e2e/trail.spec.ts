import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { entriesOf, expectAccessible, openLive } from './support/page.ts';
import type { Pulse } from './support/start-pulse.ts';
import { newKey, waitForKind } from './support/workflows.ts';

/** A workflow of two rounds that is over, with its events' positions by their kinds. */
async function makeFinished(pulse: Pulse, name: string): Promise<{ key: string; at: (kind: string) => number }> {
  const key = newKey(name);
  const steps = [
    { role: 'first', run: 'echo one' },
    { role: 'second', run: 'echo two' },
  ];
  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input: { steps } });
  await waitForKind(pulse.client, key, 'pipeline.__end__');
  const { events } = await pulse.client.event.list.query({ key });
  return { key, at: (kind) => events.find((event) => event.kind === `pipeline.${kind}`)?.position ?? 0 };
}

test('the guards that saw an event are shown with their state before and after', async ({ page, pulse }) => {
  const { key, at } = await makeFinished(pulse, 'decided');
  await openLive(page, `/workflows/${key}`);
  await page.getByRole('button', { name: 'Details: Ended: done' }).click();
  await expect(page).toHaveURL(`/workflows/${key}?entry=e${at('__end__')}`);
  const guards = entriesOf(page).first().getByRole('region', { name: 'Guards' });
  await expect(guards.getByRole('listitem').filter({ hasText: 'workflow-lifecycle' })).toContainText(
    /status: before "active" → after "ended"/,
  );
  await expectAccessible(page);
});

test('a link leads to an entry in the middle of a long trail, and on from there', async ({ page, pulse }) => {
  const key = newKey('long'); // Of a definition that no adapter has, so that nothing ends it.
  for (let batch = 0; batch < 4; batch += 1) {
    const notes = Array.from({ length: 30 }, (_, index) => ({ text: `line ${batch * 30 + index} of it` }));
    await Promise.all(
      notes.map((payload) =>
        pulse.client.event.append.mutate({ kind: 'diary.note', key, payload, commandId: newKey('n') }),
      ),
    );
  }
  await pulse.client.event.append.mutate({ kind: 'diary.__start__', key, payload: {} });
  const { events } = await pulse.client.event.list.query({ key, limit: 1_000 });
  const middle = events[60];
  await openLive(page, `/workflows/${key}?entry=e${middle?.position}`);
  const entry = entriesOf(page).filter({ hasText: `#${middle?.sequence} ` });
  await expect(entry.getByRole('button', { name: 'Details: Note' })).toBeFocused();
  await expect(entry.getByRole('region', { name: 'Payload' })).toContainText(/line \d+ of it/);
  await page.getByRole('button', { name: 'Load newer' }).click();
  await expect(entriesOf(page).filter({ hasText: `#${(middle?.sequence ?? 0) + 1} ` })).toBeAttached();

  await page.getByRole('searchbox', { name: 'Find in payloads' }).fill('LINE 17 of');
  await expect(entriesOf(page)).toHaveCount(1);
  await expect(page).toHaveURL(/find=LINE\+17\+of/);
  await pulse.client.event.append.mutate({ kind: 'diary.note', key, payload: { text: 'line 17 of another' } });
  await expect(entriesOf(page)).toHaveCount(2); // It comes by itself.
  await page.reload();
  await expect(entriesOf(page)).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Kind or pattern' }).fill('not a kind');
  await expect(page.getByRole('alert').filter({ hasText: 'kind' })).toContainText('must be a kind');
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(() => entriesOf(page).count()).toBeGreaterThan(10);
});

test('a trail reads round by round, and as raw JSON', async ({ page, pulse }) => {
  const { key } = await makeFinished(pulse, 'modes');
  await openLive(page, `/workflows/${key}?order=asc`);
  await page.getByRole('button', { name: 'Compact' }).click();
  await expect(entriesOf(page)).toHaveCount(4); // A start, two rounds, an end.
  const round = page.getByRole('article', { name: 'Round 1: first' });
  await expect(round).toContainText('Round 1: first succeeded');
  await round.getByRole('button').click();
  await expect(entriesOf(page)).toHaveCount(6);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Raw' }).click();
  await expect(page).toHaveURL(/mode=raw/);
  await expect(entriesOf(page).first()).toContainText('"kind": "pipeline.__start__"');
});

test('a round that holds more than a page keeps of a trail is read to its end, once', async ({ page, pulse }) => {
  test.slow(); // It writes them one by one.
  const notes = 2_080; // A page keeps 2,000 entries that stand by themselves.
  const key = newKey('crowded'); // Of a definition that no adapter has, so that nothing ends it.
  const append = (kind: string, payload: object) => pulse.client.event.append.mutate({ kind, key, payload });
  await append('diary.__start__', {});
  await append('diary.__round__', { round: 1, role: 'writer', adapter: 'none' });
  for (let at = 0; at < notes; at += 40)
    await Promise.all(Array.from({ length: 40 }, (_, n) => append('diary.note', { n: at + n })));
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('workflow.timeline') && asked.push(request.url()));
  await openLive(page, `/workflows/${key}?mode=compact&order=asc`);
  const feed = page.getByRole('feed', { name: 'Entries' });
  await expect(feed).toContainText('Round 1: writer running · 2,080 more events', { timeout: 20_000 });
  await expect(page.getByText('This is the whole trail: 2,082 entries.')).toBeVisible();
  expect(new Set(asked).size, 'each page once').toBe(asked.length);
});

test('j and k move along a trail and along the events, wherever the focus was', async ({ page, pulse }) => {
  const { key, at } = await makeFinished(pulse, 'walked');
  const details = (name: string) => page.getByRole('button', { name: `Details: ${name}` });
  await openLive(page, `/workflows/${key}`);
  await page.keyboard.press('j');
  await expect(details('Ended: done')).toBeFocused();
  await page.keyboard.press('Enter');
  await entriesOf(page).first().getByRole('button', { name: 'Copy' }).first().focus();
  await page.keyboard.press('j');
  await expect(details('second finished: succeeded')).toBeFocused();
  await page.keyboard.press('k');
  await expect(details('Ended: done')).toBeFocused();

  await openLive(page, `/events?key=${key}`);
  for (const press of ['j', 'j', 'k', 'j']) await page.keyboard.press(press);
  await expect(
    page.getByRole('button', { name: `Payload of ${at('second').toLocaleString('en-US')}`, exact: true }),
  ).toBeFocused();
});

test('a round in which many events were written is drawn, and said to run', async ({ page, pulse }) => {
  const key = newKey('noted'); // Of a definition that no adapter has, so that nothing ends it.
  const append = (kind: string, payload: object) => pulse.client.event.append.mutate({ kind, key, payload });
  await append('diary.__start__', {});
  await append('diary.__round__', { round: 1, role: 'reader', adapter: 'none' });
  await append('diary.reader', { round: 1, outcome: 'succeeded' });
  await append('diary.__round__', { round: 2, role: 'writer', adapter: 'none' });
  for (let at = 0; at < 650; at += 50)
    await Promise.all(Array.from({ length: 50 }, (_, n) => append('diary.note.n', { n: at + n })));
  await openLive(page, `/workflows/${key}`);
  const rounds = page.getByRole('region', { name: 'Rounds' });
  await expect(rounds.getByRole('button', { name: /^Round 1, reader on .*: succeeded after/ })).toBeVisible();
  await expect(rounds.getByRole('button', { name: /^Round 2, writer on .*: running for/ })).toBeVisible();
  await expect(page.getByText(/^writer for .+ on /)).toBeVisible();
  await page.getByRole('button', { name: 'Abort', exact: true }).click();
  await expect(page.getByRole('dialog')).toContainText(/writer has been running for/);
});

test('a workflow that nobody takes says why, also between two rounds', async ({ page, pulse }) => {
  const key = newKey('left'); // Of a definition that no adapter has.
  const append = (kind: string, payload: object) => pulse.client.event.append.mutate({ kind, key, payload });
  await append('diary.__start__', {});
  await openLive(page, `/workflows/${key}`);
  await expect(page.getByText('no adapter runs diary')).toBeVisible();
  await append('diary.__round__', { round: 1, role: 'writer', adapter: 'none' });
  await append('diary.writer', { round: 1, outcome: 'succeeded' });
  await expect(page.getByText('nothing, between rounds')).toBeVisible();
  await expect(page.getByText('no adapter runs diary')).toBeVisible();
});

test('replay shows a workflow as it was, step by step', async ({ page, pulse }) => {
  const { key, at } = await makeFinished(pulse, 'replayed');
  await openLive(page, `/workflows/${key}`);
  await page.getByRole('button', { name: 'Replay' }).click();
  const slider = page.getByRole('slider', { name: 'Position' });
  await expect(slider).toHaveAttribute('aria-valuetext', /Ended: done/);
  const moment = page.getByRole('region', { name: 'Replay' });
  for (let times = 1; times <= 4; times += 1) await slider.press('ArrowLeft'); // Faster than they are answered.
  await expect(moment).toContainText('Round 1: first');
  await expect(page).toHaveURL(/at=\d+/);
  await page.goto(`/workflows/${key}?at=${at('__round__')}`);
  await expect(moment).toContainText('Round 1: first');
  await expect(moment).toContainText('"role":"first"');
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  await expect(entriesOf(page)).toHaveCount(2);
  const rounds = page.getByRole('region', { name: 'Rounds' });
  await expect(rounds.getByRole('button', { name: /^Round 1, first on \S+: running for 0/ })).toBeVisible();
  await slider.press('ArrowRight');
  await expect(rounds.getByRole('button', { name: /^Round 1, first on \S+: succeeded after/ })).toBeVisible();
  await expect(entriesOf(page)).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect(entriesOf(page)).toHaveCount(6);
});

test('of more roles than fit, the one that ran last is in sight', async ({ page, pulse }) => {
  const key = newKey('lanes');
  const steps = Array.from({ length: 9 }, (_, index) => ({ role: `role-${index + 1}`, run: 'true' }));
  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input: { steps } });
  await waitForKind(pulse.client, key, 'pipeline.__end__');
  await openLive(page, `/workflows/${key}`);
  const rounds = page.getByRole('region', { name: 'Rounds' });
  await expect(rounds.getByRole('button', { name: /^Round 9,/ })).toBeInViewport({ ratio: 1 });
  await expect(rounds.getByRole('button', { name: /^Round 1,/ })).not.toBeInViewport();
});

test('the rounds lead to their entries, with the mouse and with the keyboard', async ({ page, pulse }) => {
  const { key, at } = await makeFinished(pulse, 'rounds');
  await openLive(page, `/workflows/${key}`);
  const rounds = page.getByRole('region', { name: 'Rounds' });
  await rounds.getByRole('button', { name: /^Round 1, first on \S+: succeeded after/ }).click();
  await expect(page).toHaveURL(`/workflows/${key}?entry=e${at('__round__')}`);
  await expect(page.getByRole('button', { name: 'Details: Round 1: first' })).toBeFocused();
  await rounds.getByRole('button', { name: /^Round 1/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(rounds.getByRole('button', { name: /^Round 2, second/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Details: Round 2: second' })).toBeFocused();
});

test('the fields of the filter follow the address, and keep what is typed', async ({ page, pulse }) => {
  const { key, at } = await makeFinished(pulse, 'fields');
  await openLive(page, `/workflows/${key}?find=two`);
  const [find, kind] = [
    page.getByRole('searchbox', { name: 'Find in payloads' }),
    page.getByRole('textbox', { name: 'Kind or pattern' }),
  ];
  await expect(find).toHaveValue('two');
  await page
    .getByRole('region', { name: 'Rounds' })
    .getByRole('button', { name: /^Round 1,/ })
    .click();
  await expect(page).toHaveURL(`/workflows/${key}?entry=e${at('__round__')}`);
  await expect(find).toHaveValue('');
  await kind.fill('pipeline.*');
  await expect(page).toHaveURL(/kind=pipeline\.\*/);
  expect(page.url()).not.toContain('find=');

  await find.pressSequentially('echo ');
  await expect(page).toHaveURL(/find=echo/);
  await find.pressSequentially('two');
  await expect(page).toHaveURL(/find=echo\+two/);
  await expect(find).toHaveValue('echo two');
});

test('the tools of a trail stand on two lines at most, or on one where there is room', async ({ page, pulse }) => {
  const { key } = await makeFinished(pulse, 'tools');
  await openLive(page, `/workflows/${key}`);
  const trail = page.getByRole('region', { name: 'Trail', exact: true });
  const tools = [
    ...(await trail.getByRole('button', { name: /^(Trail|Full|Newest first|Replay|Export)$/ }).all()),
    trail.getByRole('searchbox', { name: 'Find in payloads' }),
    trail.getByRole('combobox'),
  ];
  expect(tools.length).toBeGreaterThan(4);
  for (const [width, most] of [
    [640, 2],
    [768, 2],
    [1024, 2],
    [1200, 2],
    [1280, 1],
    [1440, 1],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    const boxes = await Promise.all(tools.map((tool) => tool.boundingBox()));
    const middles = boxes.map((box) => (box ? box.y + box.height / 2 : 0)).sort((one, other) => one - other);
    const lines = middles.filter((middle, index) => index === 0 || middle - (middles[index - 1] ?? 0) > 2);
    expect(lines.length, `lines at ${width}`).toBeLessThanOrEqual(most);
    const header = await trail.locator('header').first().boundingBox();
    expect(header?.height, `height at ${width}`).toBeLessThanOrEqual(most * 40 + 11);
  }
});

test('what a role prints is shown as it prints it, as text and in its colours', async ({ page, startSleeping }) => {
  const { key } = await startSleeping('printing', {
    before: `printf '\\033[31mred\\033[0m <b>no markup</b>\\n'; echo wrong >&2; `,
  });
  await openLive(page, `/workflows/${key}`);
  await page.getByRole('button', { name: 'Output' }).click();
  await expect(page).toHaveURL(/panel=output/);
  const log = page.getByRole('log', { name: 'Output' });
  await expect(log).toContainText('red <b>no markup</b>');
  await expect(log.getByText('red', { exact: true })).toHaveClass(/ansi-red/);
  await expect(log).toContainText('wrong');
  await expectAccessible(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  expect((await downloading).suggestedFilename()).toBe(`${key}-1.log`);
});

test('an exported trail verifies without the server', async ({ page, pulse }) => {
  const { key } = await makeFinished(pulse, 'exported');
  await openLive(page, `/workflows/${key}`);
  for (const [name, format] of [
    ['JSON, one event a line', 'jsonl'],
    ['CSV', 'csv'],
  ] as const) {
    await page.getByRole('button', { name: 'Export' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${key}.${format}`);
    const path = join(pulse.home, `trail.${format}`);
    await download.saveAs(path);
    expect((await pulse.upulse('audit', 'verify', '--file', path)).exitCode).toBe(0);
    await writeFile(path, 'x', { flag: 'a' });
    expect((await pulse.upulse('audit', 'verify', '--file', path)).exitCode).toBe(3);
  }
});
