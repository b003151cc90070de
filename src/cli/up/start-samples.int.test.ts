import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPulseClient } from '#client/index.ts';
import { type ApiServer, startApiServer } from '#test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { startSamples } from './start-samples.ts';

let database: TestDatabase;
let server: ApiServer;
let home: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApiServer({ databaseUrl: database.url });
  home = await mkdtemp(join(tmpdir(), 'pulse-samples-'));
});

afterAll(async () => {
  await server?.close();
  await database?.close();
  await rm(home, { recursive: true, force: true });
});

test('the demo started again leaves what has begun as it is and refuses nothing on its trail', async () => {
  const { url } = server;
  const client = createPulseClient({ url });
  await startSamples({ url, home });
  const { items } = await client.workflow.list.query();
  expect(items.length).toBeGreaterThan(5);

  await client.workflow.abort.mutate({ key: 'load-test' });
  await startSamples({ url, home });
  for (const { key } of items) {
    const { entries } = await client.workflow.timeline.query({ key });
    const expected = ['event __start__', ...(key === 'load-test' ? ['event __abort__'] : [])];
    expect(
      entries.map(({ type, kind }) => `${type} ${kind.split('.').at(-1)}`),
      key,
    ).toEqual(expected);
  }
});
