import { routes } from '#server/http/routes.ts';
import type { AppRouter } from '#server/trpc/router.ts';
import { expect, test } from './fixtures.ts';
import type { Pulse } from './support/start-pulse.ts';
import { newKey } from './support/workflows.ts';

type PathOf<Record> = {
  [Name in keyof Record & string]: Record[Name] extends { _def: { procedure: true } }
    ? Name
    : `${Name}.${PathOf<Record[Name]>}`;
}[keyof Record & string];

/** Every procedure, and how it is called: one that is added does not compile until it is here. */
const procedures: { [Path in PathOf<AppRouter['_def']['record']>]: 'GET' | 'POST' } = {
  'workflow.start': 'POST',
  'workflow.abort': 'POST',
  'workflow.requestAbort': 'POST',
  'workflow.abortMany': 'POST',
  'workflow.get': 'GET',
  'workflow.list': 'GET',
  'workflow.count': 'GET',
  'workflow.timeline': 'GET',
  'workflow.rounds': 'GET',
  'workflow.replay': 'GET',
  'workflow.onEntry': 'GET',
  'workflow.output': 'GET',
  'workflow.onOutput': 'GET',
  'event.append': 'POST',
  'event.list': 'GET',
  'event.onAppend': 'GET',
  'guard.list': 'GET',
  'guard.get': 'GET',
  'guard.state': 'GET',
  'guard.try': 'POST',
  'guard.apply': 'POST',
  'guard.disable': 'POST',
  'guard.enable': 'POST',
  'round.claim': 'POST',
  'round.heartbeat': 'POST',
  'round.report': 'POST',
  'adapter.list': 'GET',
  'session.get': 'GET',
  'session.changePassword': 'POST',
  'session.signOut': 'POST',
  'person.list': 'GET',
  'person.invite': 'POST',
  'person.change': 'POST',
  'person.remove': 'POST',
  'token.create': 'POST',
  'token.list': 'GET',
  'token.revoke': 'POST',
  'definition.list': 'GET',
  'definition.problems': 'GET',
};
/** Every route that is not for everyone, and an address of it. */
const guarded = Object.entries(routes)
  .filter(([, rule]) => rule !== 'public' && rule !== 'procedures')
  .map(([path]) => path.replace('*', 'k'));
const takesNothing = new Set([
  'guard.list',
  'adapter.list',
  'definition.list',
  'definition.problems',
  'session.get',
  'person.list',
  'token.list',
]);

const nest = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const nested = (levels: number) =>
  `{"key":"deep","kind":"a.b","name":"pipeline","payload":${nest(levels)},"input":${nest(levels)},"after":${nest(levels)}}`;

const inputs: Record<string, string> = {
  'malformed JSON': '{"key":',
  'a word': 'key',
  'a number': '42',
  'an array': '[]',
  'a wrong type': '{"key":{"$ne":null},"name":7,"kind":[],"limit":"many"}',
  'a NUL': '{"key":"a\\u0000b","kind":"a.b","name":"workflow\\u0000","after":"\\u0000"}',
  'half a surrogate pair': '{"key":"\\ud800","kind":"a.b","name":"\\ud800","after":"\\ud800"}',
  'a prototype': '{"__proto__":{"key":"k"},"constructor":{"prototype":{}},"name":"__proto__","key":"k","kind":"k"}',
  'a forged actor':
    '{"key":"forged","kind":"a.b","name":"pipeline","actor":{"type":"system","id":"root","name":"root"}}',
  'deep nesting': nested(300),
};
/** What no address can hold. */
const bodies: Record<string, string> = { ...inputs, 'bottomless nesting': nested(20_000) };

/** Longer than an address may be, so it is sent in a body, to any procedure. */
const oversized = JSON.stringify({ key: 'k', kind: 'a.b', name: 'pipeline', payload: 'x'.repeat(3 * 1024 * 1024) });

/** Where the log and its refusals end. */
async function readEnd({ client }: Pulse): Promise<string> {
  return (await client.workflow.list.query({ limit: 1 })).asOf;
}

/** Expects the error of an answer, or that of the first message where the answer is a stream. */
async function expectTypedError(response: Response, what: string): Promise<void> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') && response.body;
  const text = isStream ? await readFirstMessage(response.body) : await response.text();
  const told = `${what}: ${response.status} ${text.slice(0, 300)}`;
  expect(text, told).not.toMatch(/ {4}at |node_modules|\.ts:\d+/);
  const { data, message } = isStream ? JSON.parse(text) : JSON.parse(text || '{}').error;
  expect(message, told).toMatch(/./);
  expect(['INVALID_INPUT', 'NOT_FOUND'], told).toContain(data.pulse.code);
  expect(data.httpStatus, told).toBeGreaterThanOrEqual(400);
  expect(data.httpStatus, told).toBeLessThan(500);
  if (!isStream) expect(response.status, told).toBe(data.httpStatus);
}

/** The data of a stream's first event that carries an error. */
async function readFirstMessage(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const error = /^event: serialized-error\ndata: (.*)$/m.exec(text);
    if (error?.[1]) return error[1];
  }
  return text;
}

for (const [path, method] of Object.entries(procedures)) {
  test(`${path} answers what it can't take with a typed error and stores nothing`, async ({ pulse }) => {
    const before = await readEnd(pulse);
    const address = `/api/trpc/${path}`;
    if (method === 'POST') {
      for (const [what, body] of Object.entries(bodies)) {
        const headers = { 'content-type': 'application/json' };
        await expectTypedError(await pulse.fetch(address, { method, headers, body }), what);
      }
    } else {
      for (const [what, input] of takesNothing.has(path) ? [] : Object.entries(inputs)) {
        await expectTypedError(await pulse.fetch(`${address}?input=${encodeURIComponent(input)}`), what);
      }
    }
    expect(await readEnd(pulse)).toBe(before);
  });

  test(`${path} answers a call of the wrong form with a typed error`, async ({ pulse }) => {
    const before = await readEnd(pulse);
    const address = `/api/trpc/${path}`;
    const post = (body: string, type: string) =>
      pulse.fetch(address, { method: 'POST', headers: { 'content-type': type }, body });
    const calls: Record<string, () => Promise<Response>> = {
      'a form': () => post('key=k&kind=a.b&name=pipeline', 'application/x-www-form-urlencoded'),
      'a text': () => post('{"key":"k"}', 'text/plain'),
      'an oversized body': () => post(oversized, 'application/json'),
      'the other method': () =>
        method === 'GET' ? post('{"key":"k"}', 'application/json') : pulse.fetch(`${address}?input={}`),
    };
    for (const [what, call] of Object.entries(calls)) await expectTypedError(await call(), what);
    expect(await readEnd(pulse)).toBe(before);
  });
}

test('no procedure and no route lets in whom its rule does not name, or tells them anything', async ({ pulse }) => {
  const { token: create, event } = pulse.client;
  const scoped = await create.create.mutate({ name: 'nothing', scopes: ['event:append:never.*'] });
  const viewer = await create.create.mutate({ name: 'viewer', role: 'viewer' });
  const revoked = await create.create.mutate({ name: 'revoked', role: 'admin' });
  await create.revoke.mutate({ id: revoked.id });
  const expired = await create.create.mutate({ name: 'expired', role: 'admin', expiresAt: soon() });
  await expect.poll(async () => (await ask('/api/trpc/session.get', 'GET', expired.token)).status).toBe(401);
  const before = await readEnd(pulse);

  function ask(path: string, method: string, token?: string): Promise<Response> {
    return fetch(pulse.url + path, {
      method,
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(method === 'POST' && { body: '{}' }),
    });
  }
  const isApi = (path: string) => path.startsWith('/api/');
  for (const [path, method] of [
    ...Object.entries(procedures).map(([path, method]) => [`/api/trpc/${path}`, method] as const),
    ...guarded.filter(isApi).map((path) => [path, 'GET'] as const),
    ['/api/events', 'HEAD'],
    ['/api/nope', 'GET'],
  ] as const) {
    for (const token of [undefined, 'pulse_none', revoked.token, expired.token]) {
      const response = await ask(path, method, token);
      expect(response.status, `${method} ${path} with ${token ?? 'nothing'}`).toBe(401);
      expect(await response.text()).toMatch(method === 'HEAD' ? /^$/ : /"UNAUTHENTICATED"/);
    }
    expect((await ask(path, method, scoped.token)).status, `${method} ${path} with another scope`).toBe(403);
    if (method === 'POST' && !/session|guard.try/.test(path))
      expect((await ask(path, method, viewer.token)).status, `${path} as a viewer`).toBe(403);
  }
  for (const path of [...guarded.filter((path) => !isApi(path)), '/nope']) {
    for (const token of [undefined, revoked.token, expired.token]) {
      const response = await ask(path, 'GET', token);
      expect([response.status, response.headers.get('location')?.split('?')[0]], path).toEqual([302, '/sign-in']);
    }
    expect((await ask(path, 'GET', scoped.token)).status, `${path} with another scope`).toBe(403);
  }
  expect(await readEnd(pulse)).toBe(before);
  expect((await event.list.query({ key: 'forged' })).events).toEqual([]);
});

function soon(): string {
  return new Date(Date.now() + 500).toISOString();
}

test('a procedure that there is not is not found', async ({ pulse }) => {
  for (const path of [
    'nope',
    'workflow.nope',
    'workflow',
    '__proto__',
    'workflow.constructor',
    'toString',
    '%00',
    '..%2f',
  ]) {
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? '{}' : undefined;
      const headers = { 'content-type': 'application/json' };
      await expectTypedError(await pulse.fetch(`/api/trpc/${path}`, { method, headers, body }), `${method} ${path}`);
    }
  }
});

test('the actor is derived, whatever the request says', async ({ pulse }) => {
  const key = newKey('forged');
  const forged = { type: 'system', id: 'root', name: 'root', via: 'adapter' };
  const response = await pulse.fetch('/api/trpc/event.append', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-pulse-via': 'adapter',
      'x-pulse-actor': JSON.stringify(forged),
      'x-forwarded-user': 'root',
    },
    body: JSON.stringify({ key, kind: 'note.added', payload: { actor: forged } }),
  });

  expect(response.status).toBe(200);
  const { events } = await pulse.client.event.list.query({ key });
  expect(events).toMatchObject([{ actor: { type: 'token', name: 'admin-token', via: 'api' } }]);
});

test('limits are kept to the byte', async ({ pulse }) => {
  const key = newKey('limits');
  const append = pulse.client.event.append.mutate;
  const fill = (bytes: number) => 'x'.repeat(bytes - 2);
  await append({ key, kind: 'note.added', payload: fill(256 * 1024) });
  await append({ key: [...key.padEnd(200, '漢')].join(''), kind: `a.${'b'.repeat(98)}` });
  const tooMuch = [
    append({ key, kind: 'note.added', payload: fill(256 * 1024 + 1) }),
    append({ key: key.padEnd(201, 'k'), kind: 'note.added' }),
    append({ key, kind: `a.${'b'.repeat(99)}` }),
    pulse.client.workflow.abort.mutate({ key, reason: 'x'.repeat(2_001) }),
  ];
  for (const attempt of await Promise.allSettled(tooMuch)) {
    expect(attempt).toMatchObject({ reason: { data: { httpStatus: 400, pulse: { code: 'INVALID_INPUT' } } } });
  }
  expect((await pulse.client.event.list.query({ key })).events).toHaveLength(1);
});

test('a batch of calls answers each call by itself', async ({ pulse }) => {
  const response = await pulse.fetch(`/api/trpc/workflow.get,workflow.list?batch=1&input={"0":{"key":""}}`);
  const answers = JSON.parse(await response.text());
  expect(answers).toMatchObject([
    { error: { data: { pulse: { code: 'INVALID_INPUT' } } } },
    { result: { data: { items: expect.any(Array) } } },
  ]);
});
