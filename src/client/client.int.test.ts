import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { createPulseClient, isPulseError, type PulseError, toPulseError } from './index.ts';

let database: TestDatabase;
let server: ApiServer;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApiServer({ databaseUrl: database.url });
});

afterAll(async () => {
  await server?.close();
  await database?.close();
});

const fail = async (promise: Promise<unknown>): Promise<PulseError> =>
  promise.then(() => expect.fail('it did not fail'), toPulseError);

/** A server that is not Pulse, and what it is asked. */
async function serveOther(status: number, contentType: string) {
  const requests: { url?: string; headers: Record<string, unknown> }[] = [];
  const other = createServer((request, response) => {
    requests.push({ url: request.url, headers: request.headers });
    response.writeHead(status, { 'content-type': contentType }).end('<h1>Hello</h1>');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  return { url, requests, close: () => other.close() };
}

test('an answer is typed, and the trail says through what it was asked', async () => {
  const event = { kind: 'note.written', key: 'via', payload: { text: 'hello' } };
  for (const via of [undefined, 'cli', 'web'] as const) {
    const client = createPulseClient({ url: `${server.url}/`, via });
    expect(await client.event.append.mutate(event)).toMatchObject({ ...event, actor: { via: via ?? 'api' } });
  }
});

test('a refusal comes with its code and details', async () => {
  const client = createPulseClient({ url: server.url });
  const error = await fail(client.event.append.mutate({ kind: 'any.__end__', key: 'never-begun' }));
  expect(isPulseError(error, 'GUARD_REJECTED') && error.details).toEqual({
    guard: 'workflow-lifecycle',
    kind: 'any.__end__',
    key: 'never-begun',
    state: { status: 'unknown' },
    check: "state.status = 'active'",
  });
});

test('wrong input says where', async () => {
  const client = createPulseClient({ url: server.url });
  const error = await fail(client.event.append.mutate({ kind: 'no dot', key: '' }));
  expect(isPulseError(error, 'INVALID_INPUT') && error.details.issues.map(({ path }) => path)).toEqual(['kind', 'key']);
});

test('a server that is away is UNAVAILABLE, and the message names it', async () => {
  const { url, close } = await serveOther(200, 'text/html');
  close();
  const error = await fail(createPulseClient({ url }).workflow.list.query());
  expect(error).toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`${url} can't be reached: connect ECONNREFUSED`),
  });
});

test('a server that is not Pulse is UNAVAILABLE too', async () => {
  const other = await serveOther(200, 'text/html');
  const error = await fail(createPulseClient({ url: other.url }).workflow.list.query());
  other.close();
  expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(other.url) });
});

test('calls and subscriptions carry the token', async () => {
  const other = await serveOther(404, 'application/json');
  const client = createPulseClient({ url: other.url, token: 'secret', via: 'cli' });
  await fail(client.workflow.list.query());
  await new Promise((resolve) => client.event.onAppend.subscribe({}, { onError: resolve }));
  other.close();
  expect(other.requests).toHaveLength(2);
  for (const { headers } of other.requests) {
    expect(headers).toMatchObject({ authorization: 'Bearer secret', 'x-pulse-via': 'cli' });
  }
});

test('a subscription for which there is no place waits for one', async () => {
  const full = await startApiServer({ databaseUrl: database.url, maxConnections: 1, retryAfterMs: 1_000 });
  const first = createPulseClient({ url: full.url });
  const taken = await new Promise<{ unsubscribe(): void }>((resolve) => {
    const subscription = first.event.onAppend.subscribe(
      { after: 'latest' },
      { onConnectionStateChange: ({ state }) => state === 'pending' && resolve(subscription) },
    );
  });
  const told: number[] = [];
  const client = createPulseClient({
    url: full.url,
    onFull: (retryAfterMs) => {
      told.push(retryAfterMs);
      taken.unsubscribe();
    },
  });
  await client.event.append.mutate({ kind: 'note.written', key: 'waited' });
  const seen = await new Promise((resolve, reject) => {
    client.event.onAppend.subscribe({ key: 'waited' }, { onData: ({ data }) => resolve(data.key), onError: reject });
  });
  expect(seen).toBe('waited');
  expect(told).toEqual([1_000]);
  await full.close();
});

test('a subscription that the server refuses ends with its error', async () => {
  const client = createPulseClient({ url: server.url });
  const error = await new Promise((resolve) => {
    client.event.onAppend.subscribe({ after: 'nonsense' }, { onError: resolve });
  });
  expect(toPulseError(error)).toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'after' }] } });
});

test('a subscription goes on when a proxy says that the server is away', async () => {
  const { port } = server;
  const client = createPulseClient({ url: server.url });
  await client.event.append.mutate({ kind: 'note.written', key: 'resumed' });
  const seen: number[] = [];
  let wake = () => {};
  const until = async (count: number) => {
    while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  const subscription = client.event.onAppend.subscribe(
    { key: 'resumed' },
    {
      onData: ({ data }) => {
        seen.push(data.sequence);
        wake();
      },
      onError: (error) => expect.fail(error.message),
    },
  );
  await until(1);
  await server.close();
  const proxy = createServer((_, response) =>
    response.writeHead(502, { 'content-type': 'application/json' }).end('{}'),
  );
  const asked = new Promise((resolve) => proxy.once('request', resolve));
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
  await asked;
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  server = await startApiServer({ databaseUrl: database.url, port });
  await client.event.append.mutate({ kind: 'note.written', key: 'resumed' });
  await until(2);
  subscription.unsubscribe();
  expect(seen).toEqual([1, 2]);
});

test('a guard is counted for as long as it takes: its answer begins at once', async () => {
  const source = { kind: 'note.*', check: 'false', transition: 'state' };
  const definition = { name: 'silence', initial_value: null, sources: [source] };
  const other = new pg.Client({ connectionString: database.ownerUrl });
  await other.connect();
  try {
    await other.query('BEGIN; LOCK TABLE event');
    // What stands between a client and the server, such as a proxy that waits a minute.
    const between = createServer((request, response) => {
      const { method = 'GET', headers } = request;
      const forward = httpRequest(`${server.url}${request.url}`, { method, headers }, (answer) => {
        between.emit('answer');
        answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
      });
      request.pipe(forward);
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const client = createPulseClient({ url: `http://127.0.0.1:${(between.address() as AddressInfo).port}` });
    const began = once(between, 'answer');
    const counting = client.guard.apply.mutate({ definition, dryRun: true });
    await began;
    await other.query('COMMIT');
    expect(await counting).toMatchObject({ name: 'silence', wouldHaveRefused: expect.any(Number) });
    const invalid = { ...definition, sources: [{ ...source, check: '$eval(1)' }] };
    expect(await fail(client.guard.apply.mutate({ definition: invalid, dryRun: true }))).toMatchObject({
      code: 'GUARD_INVALID',
      message: expect.stringContaining('$eval'),
    });
    between.close();
  } finally {
    await other.end();
  }
});
