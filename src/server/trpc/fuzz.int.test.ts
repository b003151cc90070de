import { request as httpRequest, type IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor } from '#domain/actor.ts';
import { parseCursor } from '#domain/cursor.ts';
import { Key, Payload } from '#domain/event.ts';
import { Kind } from '#domain/kind.ts';
import { type ApiServer, startApiServer } from '#test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { anyJson } from '#test/json.ts';
import { verifyLog } from '../audit/verify-log.ts';
import { type Procedure, procedures } from './testing/any-input.ts';

let database: TestDatabase;
let server: ApiServer;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApiServer({ databaseUrl: database.url });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

interface Answer {
  status: number;
  type: string;
  text: string;
}

interface Ask {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer | undefined;
}

/** Sends a request as it is, whatever it is. Of a stream it reads what comes at first, and leaves. */
async function ask({ path, method = 'GET', headers = {}, body }: Ask): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = httpRequest(
      server.url,
      { path: `/api/trpc/${path}`, method, headers: { ...headers, ...length } },
      resolve,
    );
    sent.once('error', reject);
    sent.end(body);
  });
  const type = response.headers['content-type'] ?? '';
  let text = '';
  for await (const chunk of response) {
    text += chunk;
    if (type.startsWith('text/event-stream') && text.includes('\n\n')) break;
  }
  return { status: response.statusCode ?? 0, type, text };
}

const Failure = z.object({
  error: z.object({
    message: z.string().min(1),
    data: z.object({ httpStatus: z.number(), pulse: z.object({ code: z.string(), details: z.object() }) }),
  }),
});

/** Expects an answer that a client can act on, never that the server failed. **Shape** whether it is a success. */
function expectTyped({ status, type, text }: Answer, what: string): boolean {
  const told = `${what.slice(0, 2_000)}\n→ ${status} ${text.slice(0, 500)}`;
  expect(status, told).toBeLessThan(500);
  expect(text, told).not.toMatch(/INTERNAL|node_modules|\.ts:\d/);
  const isOne = type.startsWith('application/json') && text.trim() !== '' && !text.trim().includes('\n');
  if (!isOne) return status < 400;
  const parsed: unknown = JSON.parse(text);
  for (const one of Array.isArray(parsed) ? parsed : [parsed]) {
    if ('result' in one) continue;
    const { data } = Failure.parse(one).error;
    expect(data.httpStatus, told).toBeGreaterThanOrEqual(400);
    expect(data.httpStatus, told).toBeLessThan(500);
  }
  return status < 400;
}

const json = { 'content-type': 'application/json' };
function toAsk({ path, type }: Procedure, input: unknown): Ask {
  const text = JSON.stringify(input) ?? '';
  if (type === 'mutation') return { path, method: 'POST', headers: json, body: text };
  return { path: `${path}?input=${encodeURIComponent(text.toWellFormed()).slice(0, 12_000)}` };
}

async function readHead(): Promise<string> {
  const { position, refusals } = await server.pulse.head();
  return `${position} ${refusals}`;
}

describe.each(procedures)('given $path', (procedure) => {
  it('when its input is anything, then it is answered, and only what was taken is stored', async () => {
    await fc.assert(
      fc.asyncProperty(procedure.input, async (input) => {
        const before = await readHead();
        const answer = await ask(toAsk(procedure, input));
        const taken = expectTyped(answer, `${procedure.path} ${JSON.stringify(input)}`);
        if (!taken && !answer.text.includes('GUARD_REJECTED')) expect(await readHead()).toBe(before);
        if (procedure.type !== 'mutation') expect(await readHead()).toBe(before);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('when the request has any form, then it is answered, and nothing is stored', async () => {
    const before = await readHead();
    await fc.assert(
      fc.asyncProperty(anyForm(procedure), async (asked) => {
        expectTyped(await ask(asked), JSON.stringify(asked));
      }),
      { numRuns: 25 },
    );
    expect(await readHead()).toBe(before);
  }, 60_000);
});

/** Broken bodies, other types and methods, batches that are none, and odd addresses. None is a valid mutation. */
function anyForm({ path, type }: Procedure): fc.Arbitrary<Ask> {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      '{',
      '[',
      'null',
      '"',
      '{"key":}',
      '{"key":"k1"',
      '1e999',
      'undefined',
      '\ufeff{}',
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    anyJson.map((value) => JSON.stringify([value])),
  );
  const body = fc.oneof(
    text,
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  );
  const contentType = fc.constantFrom(
    ...['application/json', 'application/json; charset=utf-16', 'text/plain', 'application/x-www-form-urlencoded'],
    ...['multipart/form-data; boundary=x', 'multipart/form-data', 'application/octet-stream', '', 'a'],
  );
  const query = fc.oneof(
    fc.constantFrom(
      '',
      '?',
      '?batch=1',
      '?batch=1&input=',
      '?batch=1&input=[]',
      '?batch=1&input=null',
      '?batch=1&input={"0":1}',
    ),
    fc.constantFrom(
      '?batch=2',
      '?input',
      '?input=%',
      '?input=%7B',
      '?input={}&input=1',
      '?input=%FF%FE',
      '?batch=1&input={"a":{}}',
    ),
    fc.constantFrom(
      '?batch=1&input={"__proto__":{"key":"k"}}',
      '?input={"__proto__":1}',
      '?lastEventId=%00',
      '?trpc-accept=x',
    ),
    text.map((given) => `?input=${encodeURIComponent(given.toWellFormed()).slice(0, 8_000)}`),
  );
  const address = fc.constantFrom(
    path,
    `${path},${path}`,
    `${path},`,
    `,${path}`,
    `${path}/`,
    `${path}%`,
    `%2e%2e/${path}`,
    `${path}.x`,
    `${path}%00`,
    `${path},nope`,
    `${`${path},`.repeat(60)}${path}`,
  );
  const headers = fc.record(
    {
      'content-type': contentType,
      'last-event-id': fc.constantFrom('', 'x', '1', 'zzzz-1-1', '-', 'x'.repeat(5_000), '999999999999999'),
      'trpc-accept': fc.constantFrom('application/jsonl', 'x'),
      'x-trpc-source': fc.constant('x'),
      'x-pulse-via': fc.constantFrom('adapter', 'system', ''),
      accept: fc.constantFrom('text/event-stream', 'application/xml'),
      'content-encoding': fc.constantFrom('gzip', 'x'),
    },
    { requiredKeys: [] },
  );
  const method = fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD');
  return fc.record({ address, query, method, headers, body }).map(({ address, query, method, headers, body }) => ({
    path: address + query,
    method: method === 'HEAD' && type === 'subscription' ? 'GET' : method,
    headers,
    body: method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? undefined : body,
  }));
}

describe('given all of that', () => {
  it('when it is over, then the server works, and the log holds nothing that it must not', async () => {
    const pulse = server.pulse;
    const rows = [...(await pulse.prisma.event.findMany()), ...(await pulse.prisma.refusal.findMany())];
    expect(rows.length).toBeGreaterThan(5);
    for (const { key, kind, payload, actor } of rows) {
      expect([key, kind, payload].map((value, index) => [Key, Kind, Payload][index]?.safeParse(value).success)).toEqual(
        [true, true, true],
      );
      expect(Actor.parse(actor)).toMatchObject({ type: 'user', via: 'api' });
    }
    expect(await verifyLog({ url: database.url })).toMatchObject({ ok: true, problem: null });
    const answer = await ask({ path: 'workflow.list' });
    const { asOf } = JSON.parse(answer.text).result.data;
    expect(parseCursor(asOf)).toEqual(await pulse.head());
    expect(pulse.tailProblem()).toBeUndefined();
  });
});
