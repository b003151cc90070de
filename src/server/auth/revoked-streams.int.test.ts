import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type ApiServer, startApiServer } from '#test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { ana } from '#test/pulse.ts';
import { openPulse, type Pulse } from '../pulse.ts';
import { identify } from './identify.ts';
import { createToken } from './tokens/create-token.ts';
import { revokeToken } from './tokens/revoke-token.ts';

let database: TestDatabase;
let server: ApiServer;
let elsewhere: Pulse;
let onIdentified = async () => {};

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApiServer({
    databaseUrl: database.url,
    identify: async (...request) => {
      const identity = await identify(...request);
      await onIdentified();
      return identity;
    },
  });
  elsewhere = await openPulse({ url: database.url });
});
afterEach(() => {
  onIdentified = async () => {};
});
afterAll(async () => {
  await server.close();
  await elsewhere.close();
  await database.close();
});

const paths = ['/api/events', `/api/trpc/workflow.onEntry?input=${encodeURIComponent('{"after":"latest"}')}`];

async function open(path: string, token: string): Promise<Response> {
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  return response;
}

it('a token that is revoked on another server ends the streams that it has open, and no others', async () => {
  const [mine, other] = [
    await createToken(elsewhere, { name: 'mine', role: 'viewer' }, ana),
    await createToken(elsewhere, { name: 'other', role: 'viewer' }, ana),
  ];
  const streams = await Promise.all(paths.map((path) => open(path, mine.token)));
  const kept = await open('/api/events', other.token);
  await revokeToken(elsewhere, { id: mine.id }, ana);
  const revokedAtMs = performance.now();

  const [plain, tracked] = await Promise.all(streams.map((stream) => stream.text())); // Resolves when they have ended.
  expect(performance.now() - revokedAtMs).toBeLessThan(1_000); // What docs/auth.md says of every server.
  expect(plain).toMatch(/: connect again\n\n$/);
  expect(tracked).toMatch(/event: serialized-error\ndata: .*"code":"UNAUTHENTICATED".*\n\n$/);
  for (const path of paths) {
    const again = await fetch(server.url + path, { headers: { authorization: `Bearer ${mine.token}` } });
    expect(again.status).toBe(401);
  }
  const reader = kept.body?.getReader();
  let text = '';
  while (!text.includes('pulse.token.__revoke__')) text += new TextDecoder().decode((await reader?.read())?.value);
  await reader?.cancel();
});

function claim(token: string): Promise<Response> {
  return fetch(`${server.url}/api/trpc/round.claim`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ worker: 'w', host: 'h', pid: 1, roles: ['report.summarize'], waitMs: 30_000 }),
  });
}

it('a token that is revoked just after it was looked up opens nothing that lasts', async () => {
  const { id, token } = await createToken(elsewhere, { name: 'worker', scopes: ['round:work', 'event:read'] }, ana);
  onIdentified = async () => {
    await revokeToken(elsewhere, { id }, ana).catch(() => {}); // Only one of them can.
    await sleep(500); // Until the server has heard of it.
  };
  const beganMs = performance.now();
  const [stream, answer] = await Promise.all([open('/api/events', token).then((it) => it.text()), claim(token)]);
  expect(performance.now() - beganMs).toBeLessThan(3_000);
  expect(stream).toMatch(/: connect again\n\n$/);
  expect(answer.status).toBe(401);
});

it('a worker that waits for a round hears at once that its token is revoked', async () => {
  const { id, token } = await createToken(elsewhere, { name: 'worker', scopes: ['round:work'] }, ana);
  const waiting = claim(token);
  await expect.poll(() => elsewhere.prisma.adapter.count(), { interval: 10, timeout: 10_000 }).toBe(1);
  await revokeToken(elsewhere, { id }, ana);
  const revokedAtMs = performance.now();
  const answer = await waiting;
  expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ error: { data: { pulse: { code: 'UNAUTHENTICATED' } } } });
  expect(await elsewhere.prisma.adapter.count()).toBe(0);
});

it('a token ends its streams when it expires', async () => {
  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  const { token } = await createToken(elsewhere, { name: 'brief', role: 'viewer', expiresAt }, ana);
  const stream = await open('/api/events', token);
  expect(await stream.text()).toMatch(/: connect again\n\n$/);
});
