import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createPulseClient } from '#client/index.ts';
import { type ApiServer, startApiServer } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { runUpulse, startUpulse, type UpulseRun } from './testing/run-upulse.ts';
import { startAdapterProcess } from './up/adapter-process.ts';

let database: TestDatabase;
let server: ApiServer | undefined;
let run: UpulseRun | undefined;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});

afterEach(async () => {
  await run?.stop('SIGKILL');
  await server?.close();
  server = undefined;
  await database.close();
});

const env = () => ({ DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl });

test('db migrate says what it applied, and that nothing is left', async () => {
  const first = await runUpulse(['db', 'migrate', '--json'], { env: env() });
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const { applied, already } = JSON.parse(first.stdout);
  expect(applied.length).toBeGreaterThan(0);
  expect(already).toEqual([]);
  const second = await runUpulse(['db', 'migrate'], { env: env() });
  expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^The schema is up to date\.\n/), stderr: '' });
});

test('db migrate as the owner alone says that history is not out of the application’s reach', async () => {
  const { code, stdout, stderr } = await runUpulse(['db', 'migrate'], { env: { DATABASE_URL: database.ownerUrl } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /\nThe role of DATABASE_URL \S+ the \S+, so it could change history; see docs\/database\.md\.\n$/,
  );
});

test.skipIf(inject('testServer').url === inject('testServer').ownerUrl)(
  'without the owner, an adapter says what is to be done first',
  async () => {
    const alone = { DATABASE_URL: database.url };
    const before = await runUpulse(['adapter', 'run'], { env: alone });
    expect(before.code).toBe(5);
    expect(before.stderr).toContain('Run `upulse db migrate` with DATABASE_OWNER_URL');
    await runUpulse(['db', 'migrate'], { env: env() });
    run = startUpulse(['adapter', 'run'], { env: alone });
    await run.waitFor(/^Adapter \S+ runs/m);
    expect(await run.stop('SIGTERM')).toBe(0);
  },
);

test('db migrate exits 5 when the database is away', async () => {
  const away = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
  const { code, stderr } = await runUpulse(['db', 'migrate'], { env: away });
  expect(code).toBe(5);
  expect(stderr).toContain('127.0.0.1:1');
});

test('adapter run runs what is started and stops what is aborted', async () => {
  run = startUpulse(['adapter', 'run', '--allow-commands', '--concurrency', '2'], { env: env() });
  await run.waitFor(/^Adapter \S+ runs meta, pipeline: up to 2 workflows at once$/m);
  server = await startApiServer({ databaseUrl: database.url });
  const { url } = server;
  const client = createPulseClient({ url });
  const follow = startUpulse(['event', 'tail', '--json', '--url', url]);
  try {
    await client.workflow.start.mutate({
      name: 'pipeline',
      key: 'k1',
      input: { steps: [{ role: 'wait', run: 'sleep 600' }] },
    });
    await follow.waitFor(/pipeline\.__round__/);
    expect((await runUpulse(['workflow', 'abort', 'k1', '--reason', 'enough', '--url', url])).code).toBe(0);
    await follow.waitFor(/pipeline\.__stopped__/);
  } finally {
    await follow.stop('SIGINT');
  }
  expect(await client.workflow.get.query({ key: 'k1' })).toMatchObject({
    status: 'aborted',
    reason: 'enough',
    role: null,
  });
  expect(await client.adapter.list.query()).toHaveLength(1);
  expect(await run.stop('SIGTERM')).toBe(0);
  expect(await client.adapter.list.query()).toEqual([]);
});

test('under upulse up, an adapter that dies is followed by another, and none is left in the end', async () => {
  await runUpulse(['db', 'migrate'], { env: env() });
  server = await startApiServer({ databaseUrl: database.url });
  const client = createPulseClient({ url: server.url });
  const notes: string[] = [];
  const adapter = await startAdapterProcess({ env: { ...process.env, ...env() }, log: (note) => notes.push(note) });
  try {
    const [first] = await client.adapter.list.query();
    process.kill(first?.pid ?? 0, 'SIGKILL');
    await expect.poll(() => findOthers(first?.id), { timeout: 15_000 }).toHaveLength(1);
    expect(notes).toEqual([expect.stringContaining('SIGKILL')]);
    const [second] = await findOthers(first?.id);
    await adapter.stop();
    expect(() => process.kill(second?.pid ?? 0, 0)).toThrow('ESRCH');
    expect(await findOthers(first?.id)).toEqual([]);
  } finally {
    await adapter.stop();
  }

  async function findOthers(id: string | undefined) {
    return (await client.adapter.list.query()).filter((other) => other.id !== id);
  }
});

test('under upulse up, an adapter that cannot start is an error', async () => {
  const away = { ...process.env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
  await expect(startAdapterProcess({ env: away, log: () => {} })).rejects.toThrow('before it was ready (exit code 5)');
});
