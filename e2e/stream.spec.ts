import { expect, test } from './fixtures.ts';
import { openEventStream } from './support/event-stream.ts';
import type { Pulse } from './support/start-pulse.ts';
import { newKey } from './support/workflows.ts';

async function appendNotes(pulse: Pulse, key: string, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await pulse.client.event.append.mutate({ kind: 'note.added', key, payload: { n } });
}

test('the stream gives the events of the log, and those that come', async ({ pulse, startSleeping }) => {
  const { key } = await startSleeping('streamed');
  const stream = await openEventStream(pulse, `?key=${key}`);
  const stored = await stream.take(2);

  await pulse.upulse('workflow', 'abort', key, '--reason', 'seen by curl');
  const live = await stream.take(2);

  stream.cut();
  const { events } = await pulse.client.event.list.query({ key });
  expect([...stored, ...live].map(({ event }) => event)).toEqual(events);
  expect(events.map(({ kind }) => kind)).toEqual(
    ['__start__', '__round__', '__abort__', '__stopped__'].map((tail) => `pipeline.${tail}`),
  );
});

test('a stream that is cut and resumed repeats and loses none', async ({ pulse }) => {
  const key = newKey('resumed');
  const writing = appendNotes(pulse, key, 40);
  const seen: unknown[] = [];
  let lastEventId: string | undefined;
  while (seen.length < 40) {
    const stream = await openEventStream(pulse, `?key=${key}`, { lastEventId });
    for (const { id, event } of await stream.take(Math.min(7, 40 - seen.length))) {
      seen.push(event.payload);
      lastEventId = id;
    }
    stream.cut();
  }
  await writing;

  expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => ({ n: index + 1 })));
});

test('Last-Event-ID wins over after, as a browser that reconnects needs it', async ({ pulse }) => {
  const key = newKey('both');
  await appendNotes(pulse, key, 3);
  const first = await openEventStream(pulse, `?key=${key}&after=0`);
  const [, second] = await first.take(2);
  first.cut();

  const again = await openEventStream(pulse, `?key=${key}&after=0`, { lastEventId: second?.id });

  expect((await again.next()).event.payload).toEqual({ n: 3 });
  again.cut();
});

test('it filters by key and by kind, and begins at the end when asked', async ({ pulse }) => {
  const [key, other] = [newKey('wanted'), newKey('unwanted')];
  await appendNotes(pulse, key, 1);
  const ofKind = await openEventStream(pulse, '?kind=note.*&after=latest');
  const ofKey = await openEventStream(pulse, `?key=${encodeURIComponent(key)}&kind=*.added&after=latest`);
  for (const target of [other, key]) {
    await pulse.client.event.append.mutate({ kind: 'other.added', key: target });
    await pulse.client.event.append.mutate({ kind: 'note.added', key: target });
  }

  expect((await ofKind.take(2)).map(({ event }) => `${event.key} ${event.kind}`)).toEqual([
    `${other} note.added`,
    `${key} note.added`,
  ]);
  expect((await ofKey.take(2)).map(({ event }) => `${event.key} ${event.kind}`)).toEqual([
    `${key} other.added`,
    `${key} note.added`,
  ]);
  ofKind.cut();
  ofKey.cut();
});

for (const [what, query, lastEventId] of [
  ['a cursor of another log', '', 'another0log-1-0'],
  ['a cursor that is none', '?after=yesterday', undefined],
  ['a position past the end', '?after=999999999', undefined],
  ['a kind that is no pattern', '?kind=nodot', undefined],
  ['a filter that there is not', '?nope=1', undefined],
  ['an oversized key', `?key=${'k'.repeat(300)}`, undefined],
] as const) {
  test(`${what} is answered with 400 and says what is wrong`, async ({ pulse }) => {
    const response = await pulse.fetch(`/api/events${query}`, {
      headers: lastEventId ? { 'last-event-id': lastEventId } : {},
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/./),
      details: { issues: [{ path: expect.any(String), message: expect.stringMatching(/./) }] },
    });
  });
}

test('a stream on which nothing happens carries heartbeats', async ({ pulse }) => {
  test.setTimeout(30_000);
  const stream = await openEventStream(pulse, `?key=${newKey('silent')}`);
  await stream.waitForComment('heartbeat');
  stream.cut();
});

test('health and readiness', async ({ pulse }) => {
  for (const [path, body] of [
    ['health', { healthy: true }],
    ['ready', { ready: true }],
  ] as const) {
    const response = await fetch(`${pulse.url}/api/${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual(body);
  }
});
