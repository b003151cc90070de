import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remote } from '#domain/role.ts';
import { type ApiServer, startApiServer } from '#test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { appendOne, newKey } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitForEvent } from './testing/adapters.ts';
import { findLiving, waitForPids } from './testing/stubborn-programs.ts';

const script = new URL('../../examples/worker.py', import.meta.url).pathname;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const startOne = setUpAdapters();

let database: TestDatabase;
let server: ApiServer;
let directory: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApiServer({ databaseUrl: database.url });
  directory = await mkdtemp(path.join(tmpdir(), 'pulse-worker-'));
});
afterAll(async () => {
  await server.close();
  await database.close();
  await rm(directory, { recursive: true });
});

/** Runs the example until the callback is over, with a shell command as its program. */
async function withWorker(command: string, use: (worker: ChildProcess) => Promise<void>): Promise<void> {
  const env = { ...process.env, PULSE_URL: server.url };
  const worker = spawn('python3', [script, 'test.work', '--', 'sh', '-c', command], { env, stdio: 'inherit' });
  const ended = once(worker, 'exit');
  try {
    await use(worker);
  } finally {
    worker.kill('SIGTERM');
    await ended;
  }
}

describe.skipIf(!hasPython)('given the worker in Python, written from the documentation', () => {
  it('when it claims a round, then it runs the program and brings what that says', async () => {
    await startOne(server.pulse, { definitions: [makeDefinition(remote())] });
    const key = newKey();
    await withWorker('cat', async () => {
      await start(server.pulse, key, { input: { task: 'тест' } });
      await waitForEvent(server.pulse, key, '__end__');
    });
    const trail = await readTrail(server.pulse, key);
    expect(trail.find(([tail]) => tail === 'work')?.[1]).toMatchObject({
      outcome: 'succeeded',
      output: { key, name: 'test', round: 1, role: 'work', input: { task: 'тест' }, history: [] },
    });
  });

  it('when the workflow is aborted in the middle, then it stops the program and says how', async () => {
    await startOne(server.pulse, { definitions: [makeDefinition(remote())] });
    const key = newKey();
    const file = path.join(directory, 'stubborn');
    await withWorker(`trap '' TERM; sleep 600 & echo $! >> ${file}; echo $$ >> ${file}; wait; wait`, async () => {
      await start(server.pulse, key);
      const pids = await waitForPids(file, 2);
      await appendOne(server.pulse, key, 'test.__abort__', { reason: 'out of scope' });
      await waitForEvent(server.pulse, key, '__stopped__');
      expect(findLiving(pids)).toEqual([]);
    });
    expect((await readTrail(server.pulse, key)).slice(-2)).toEqual([
      ['__abort__', { reason: 'out of scope' }],
      ['__stopped__', { round: 1, role: 'work', how: 'SIGKILL', tookMs: expect.any(Number) }],
    ]);
  });

  it('when it is told to end, then it gives its round back', async () => {
    await startOne(server.pulse, { definitions: [makeDefinition(remote())] });
    const key = newKey();
    const file = path.join(directory, 'leaving');
    await withWorker(`echo $$ >> ${file}; exec sleep 600`, async (worker) => {
      await start(server.pulse, key);
      await waitForPids(file, 1);
      worker.kill('SIGTERM');
      expect(await waitForEvent(server.pulse, key, '__stopped__')).toMatchObject({ payload: { how: 'SIGTERM' } });
    });
    await withWorker('echo 7', async () => {
      await waitForEvent(server.pulse, key, '__end__');
    });
    expect((await readTrail(server.pulse, key)).find(([tail]) => tail === 'work')?.[1]).toMatchObject({ output: 7 });
  });
});
