import { createServer, get, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { identifyLocal } from '#test/local-identity.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import type { Pulse } from '../pulse.ts';
import { createStreamServer } from './serve-streams.ts';

const { pulses } = setUpPulses(2);
const there = () => pulses[1] as Pulse;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

type Options = Partial<Parameters<typeof createStreamServer>[0]>;

async function startServer(options: Options = {}): Promise<string> {
  const serveStream = createStreamServer({
    openPulse: async () => pulses[0] as Pulse,
    identify: identifyLocal,
    ...options,
  });
  const server = createServer((asked, response) => {
    if (!serveStream(asked, response)) response.writeHead(404).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A stream that is read, or that nobody reads until `resume`. */
interface Stream {
  response: IncomingMessage;
  /** Waits until what has come fulfils a condition, or the stream has ended. */
  until(isEnough: (text: string) => boolean): Promise<string>;
  cut(): void;
}

async function open(url: string, { headers = {}, paused = false } = {}): Promise<Stream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, headers }, resolve).on('error', reject);
  });
  let text = '';
  let isOver = false;
  let look = () => {};
  response.setEncoding('utf8');
  if (!paused) response.on('data', add);
  response
    .on('error', () => {})
    .on('close', () => {
      isOver = true;
      look();
    });
  return { response, until, cut: () => response.destroy() };

  function add(chunk: string): void {
    text += chunk;
    look();
  }

  async function until(isEnough: (text: string) => boolean): Promise<string> {
    if (paused) response.on('data', add);
    paused = false;
    await new Promise<void>((resolve) => {
      look = () => {
        if (isOver || isEnough(text)) resolve();
      };
      look();
    });
    return text;
  }
}

const isGreeting = (text: string) => text.includes('connected');
const trpc = (path: string, input: object) => `/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;

/** The complete messages of a stream: their ids and what they say. */
function readMessages(text: string): { id: string; data: { payload: { n: number } } }[] {
  const blocks = text.split('\n\n').slice(0, -1);
  return blocks.flatMap((block) => {
    const [, id = '', data = ''] = /^id: (.*)\ndata: (.*)$/.exec(block) ?? [];
    return id ? [{ id, data: JSON.parse(data) }] : [];
  });
}

const readNumbers = (text: string) => readMessages(text).map(({ data }) => data.payload.n);

/** Appends numbered events, each so large that sixty are more than the sockets on the way hold. */
async function appendLarge(key: string, count: number): Promise<void> {
  const large = 'x'.repeat(200_000);
  await Promise.all(Array.from({ length: count }, (_, n) => appendOne(there(), key, 'note.added', { n, large })));
}

describe('streams', () => {
  it('gives hundreds of clients the same events, over both dialects', async () => {
    const url = await startServer();
    const key = newKey();
    const paths = ['/api/events?after=latest', `${trpc('workflow.onEntry', { after: 'latest' })}`];
    const streams = await Promise.all(Array.from({ length: 300 }, (_, index) => open(url + paths[index % 2])));
    await Promise.all(streams.map(({ until }) => until(isGreeting)));
    for (let n = 0; n < 20; n += 1) await appendOne(there(), key, 'note.added', { n });
    const texts = await Promise.all(streams.map(({ until }) => until((text) => text.includes('"n":19'))));
    expect(
      new Set(texts.map((text) => text.slice(text.indexOf('id: ')).replaceAll('"type":"event",', ''))),
    ).toHaveLength(1);
    expect(readNumbers(texts[0] as string)).toEqual([...Array(20).keys()]);
  });

  it('drops a client that takes nothing, and gives it exactly what it lacks when it comes back', async () => {
    const url = await startServer({ stallMs: 100, heartbeatMs: 20, maxConnections: 1 });
    const key = newKey();
    const count = 60;
    const slow = await open(`${url}/api/events?key=${key}`, { paused: true });
    await appendLarge(key, count);
    await expect
      .poll(async () => (await open(`${url}/api/events?after=latest`)).response.statusCode, { timeout: 10_000 })
      .toBe(200);
    const before = readMessages(await slow.until(() => false));
    expect(before.length).toBeLessThan(count);

    const again = await startServer();
    const resumed = await open(`${again}/api/events?key=${key}`, {
      headers: { 'last-event-id': before.at(-1)?.id ?? '' },
    });
    const after = await resumed.until((text) => text.endsWith('\n\n') && text.includes(`"n":${count - 1}`));
    expect([...before.map(({ data }) => data.payload.n), ...readNumbers(after)]).toEqual([...Array(count).keys()]);
  });

  it('gives a client that is only slow everything', async () => {
    const url = await startServer({ stallMs: 5_000, heartbeatMs: 20 });
    const key = newKey();
    const stream = await open(`${url}/api/events?key=${key}`, { paused: true });
    await appendLarge(key, 60);
    const text = await stream.until((sofar) => sofar.endsWith('\n\n') && sofar.includes('"n":59'));
    expect(readNumbers(text)).toEqual([...Array(60).keys()]);
  });

  it('sends heartbeats to those whom nothing is sent', async () => {
    const url = await startServer({ heartbeatMs: 20 });
    const plain = await open(`${url}/api/events?key=${newKey()}`);
    expect(await plain.until((text) => text.includes('heartbeat'))).toContain('\n\n: heartbeat\n\n');
    const tracked = await open(url + trpc('event.onAppend', { key: newKey() }));
    expect(await tracked.until((text) => text.includes('ping'))).toContain('\n\nevent: ping\ndata: \n\n');
  });

  it('answers one too many with 503 and when to come back, until another leaves', async () => {
    const url = await startServer({ maxConnections: 2 });
    const first = await open(`${url}/api/events?after=latest`);
    await open(url + trpc('event.onAppend', { after: 'latest' }));
    const details = { reason: expect.stringContaining('2 streams are open'), retryAfterMs: 5_000 };

    const plain = await fetch(`${url}/api/events`);
    expect(plain.status).toBe(503);
    expect(plain.headers.get('retry-after')).toBe('5');
    expect(await plain.json()).toEqual({ code: 'UNAVAILABLE', message: expect.stringMatching(/./), details });
    const tracked = await fetch(url + trpc('workflow.onEntry', {}));
    expect(tracked.status).toBe(503);
    expect(tracked.headers.get('retry-after')).toBe('5');
    expect(await tracked.json()).toMatchObject({
      error: { data: { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, pulse: { code: 'UNAVAILABLE', details } } },
    });

    first.cut();
    await expect
      .poll(async () => (await open(`${url}/api/events?after=latest`)).response.statusCode, { timeout: 10_000 })
      .toBe(200);
  });

  it.each([
    ['nobody who is signed in', null, 401, 'UNAUTHENTICATED'],
    ['a token for something else', { scopes: ['workflow:abort'] }, 403, 'FORBIDDEN'],
  ] as const)('gives %s no stream', async (_, access, status, code) => {
    const actor = { type: 'token', id: 't', name: 'A tool', via: 'api' } as const;
    const url = await startServer({ identify: async () => access && { actor, access }, maxConnections: 1 });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const plain = await fetch(`${url}/api/events`);
      expect(plain.status).toBe(status);
      expect(await plain.json()).toMatchObject({ code });
      const tracked = await fetch(url + trpc('workflow.onEntry', {}));
      expect(tracked.status).toBe(status);
      expect(await tracked.json()).toMatchObject({ error: { data: { httpStatus: status, pulse: { code } } } });
    }
  });

  it('answers what is asked wrongly with 400, and keeps no place for it', async () => {
    const url = await startServer({ maxConnections: 1 });
    for (const query of ['after=nonsense', 'kind=nodot', 'nope=1', 'after=zzzzzzzz-1-1']) {
      const response = await fetch(`${url}/api/events?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{}] } });
    }
    for (const input of ['{"after":"nonsense"}', '{', '7', '{"nope":1}']) {
      const stream = await open(`${url}/api/trpc/event.onAppend?input=${encodeURIComponent(input)}`);
      const text = await stream.until(() => false);
      expect(text).toMatch(/event: serialized-error\ndata: .*"code":"INVALID_INPUT"/);
    }
    expect((await open(`${url}/api/events`)).response.statusCode).toBe(200);
  });

  it('resumes a subscription after the last item, wherever the client says it', async () => {
    const url = await startServer();
    const key = newKey();
    for (let n = 0; n < 3; n += 1) await appendOne(there(), key, 'note.added', { n });
    const all = await (await open(url + trpc('event.onAppend', { key }))).until((text) => text.includes('"n":2'));
    const id = readMessages(all)[0]?.id as string;
    const path = trpc('event.onAppend', { key, after: '0' });
    for (const [address, headers] of [
      [`${path}&lastEventId=${id}`, {}],
      [path, { 'last-event-id': id }],
    ] as const) {
      const stream = await open(url + address, { headers });
      expect(readNumbers(await stream.until((text) => text.includes('"n":2')))).toEqual([1, 2]);
    }
  });

  it('leaves to others what is no stream, and says of a stream that it is there', async () => {
    const url = await startServer();
    expect((await fetch(`${url}/api/trpc/workflow.list`)).status).toBe(404);
    expect((await fetch(`${url}/api/events`, { method: 'POST' })).status).toBe(404);
    const { statusCode, headers } = await new Promise<IncomingMessage>((resolve) => {
      request(`${url}/api/events`, { method: 'HEAD' }, resolve).end();
    });
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });
});
