import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { command, fn, type LocalRole } from '#domain/role.ts';
import { hasProcessTable } from './processes/process-table.ts';
import { type RoleRun, runRole } from './role.ts';
import * as roles from './testing/isolated-roles.ts';
import { findLiving, readPids, waitForPids } from './testing/stubborn-programs.ts';

// A thread has to learn TypeScript first, and test files run side by side.
vi.setConfig({ testTimeout: 30_000 });

const context = {
  key: 'k1',
  round: 1,
  role: 'build',
  input: {},
  history: [],
  events: [],
  waits: [],
  idempotencyKey: 'same',
};
const run = (role: LocalRole<unknown>, options: Partial<RoleRun> = {}) =>
  runRole({ role, context, input: {}, home: '/tmp', signal: new AbortController().signal, ...options });

/** Runs a role that calls `begun` when it is in the middle of its work, and aborts it then. */
async function abortInTheMiddle(makeRole: (begun: () => void) => LocalRole<unknown>) {
  const controller = new AbortController();
  const begun = () => setImmediate(() => controller.abort(new DOMException('out of scope', 'AbortError')));
  return run(makeRole(begun), { signal: controller.signal });
}

const onceAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

describe('a role', () => {
  it('succeeds with what its function returns', async () => {
    const end = await run(fn(({ round }) => ({ round })));
    expect(end).toMatchObject({
      type: 'finished',
      result: { outcome: 'succeeded', output: { round: 1 }, error: null },
    });
  });

  it('fails when its function throws, or returns what cannot be stored', async () => {
    const thrown = await run(fn(() => Promise.reject(new Error('broke'))));
    expect(thrown).toMatchObject({ result: { outcome: 'failed', output: null, error: 'broke' } });
    const odd = await run(fn(() => (() => {}) as never));
    expect(odd).toMatchObject({ result: { outcome: 'failed', error: expect.stringContaining('cannot be stored') } });
  });

  it('succeeds with a program that exits with 0, and fails with any other', async () => {
    expect(await run(command({ run: 'echo hi' }))).toMatchObject({
      result: { outcome: 'succeeded', output: { exitCode: 0, stdout: 'hi\n' }, error: null },
    });
    expect(await run(command({ run: 'exit 3' }))).toMatchObject({
      result: { outcome: 'failed', output: { exitCode: 3 }, error: 'exited with code 3' },
    });
    expect(await run(command({ run: 'kill -9 $$' }))).toMatchObject({
      result: { outcome: 'failed', error: 'was killed by SIGKILL' },
    });
    expect(await run(command({ run: 'echo { > "$PULSE_RESULT"' }))).toMatchObject({
      result: { outcome: 'failed', output: { exitCode: 0 }, error: expect.stringContaining('holds no JSON') },
    });
  });

  it('gives its functions programs, which may fail, and takes those along that it did not wait for', async () => {
    const FILE = path.join(tmpdir(), `pulse-role-test-${process.pid}`);
    const end = await run(
      fn(async ({ exec }) => {
        void exec({ run: 'echo $$ > "$FILE"; exec sleep 600', env: { FILE } }).catch(() => {});
        const { exitCode } = await exec({ run: 'exit 4' });
        const { stdout } = await exec({ run: 'until [ -s "$FILE" ]; do sleep 0.01; done; cat "$FILE"', env: { FILE } });
        return { exitCode, pid: stdout.trim() };
      }),
    );
    await rm(FILE);
    expect(end).toMatchObject({ result: { outcome: 'succeeded', output: { exitCode: 4 } } });
    const { pid } = (end as unknown as { result: { output: { pid: string } } }).result.output;
    expect(await run(command({ run: `ps -o stat= -p ${pid} | grep -v Z` }))).toMatchObject({
      result: { outcome: 'failed', output: { stdout: '' } },
    });
  });
});

describe.runIf(hasProcessTable)('a role that has ended leaves nothing behind', () => {
  let directory: string;
  let PIDS: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'pulse-role-test-'));
    PIDS = path.join(directory, 'pids');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each([
    ['in a session of its own', `setsid sh -c 'echo $$ >> "$PIDS"; exec sleep 600' &`],
    ['in its session, without a mark', `env -i bash -c 'set -m; sleep 600 & echo $!' >> "$PIDS";`],
  ])('%s', async (_, begin) => {
    const role = command({ run: `${begin} until [ -s "$PIDS" ]; do sleep 0.01; done`, env: { PIDS } });
    const end = await run(role);
    expect(end).toMatchObject({ type: 'finished', result: { outcome: 'succeeded' } });
    expect(readPids(PIDS)).toHaveLength(1);
    expect(findLiving(readPids(PIDS))).toEqual([]);
  });
});

describe('a role that is aborted', () => {
  it('never begins when the abort came first', async () => {
    const end = await run(
      fn(() => Promise.reject(new Error('it ran'))),
      { signal: AbortSignal.abort() },
    );
    expect(end).toEqual({ type: 'stopped', how: 'returned', late: null });
  });

  it('returns when it heeds its signal, which tells the reason', async () => {
    let reason: unknown;
    const end = await abortInTheMiddle((begun) =>
      fn<unknown>(async ({ signal }) => {
        begun();
        await onceAborted(signal);
        reason = signal.reason;
        return null;
      }),
    );
    expect(end).toEqual({ type: 'stopped', how: 'returned', late: null });
    expect(reason).toMatchObject({ name: 'AbortError', message: 'out of scope' });
  });

  it('has its programs stopped, and can run no more', async () => {
    const errors: unknown[] = [];
    const end = await abortInTheMiddle((begun) =>
      fn<unknown>(async ({ exec }) => {
        setTimeout(begun, 50);
        await exec({ run: 'sleep 600' }).catch((error) => errors.push(error));
        await exec({ run: 'echo again' }).catch((error) => errors.push(error));
        return null;
      }),
    );
    expect(end).toEqual({ type: 'stopped', how: 'SIGTERM', late: null });
    expect(errors).toEqual([expect.objectContaining({ message: 'out of scope' }), errors[0]]);
  });

  it('is abandoned after the grace when it goes on, and what it brings later is still known', async () => {
    let finish: (value: string) => void = () => {};
    const end = await abortInTheMiddle((begun) => {
      const run = () => {
        begun();
        return new Promise<string>((resolve) => {
          finish = resolve;
        });
      };
      return fn<unknown>(run, { graceMs: 20 });
    });
    expect(end).toMatchObject({ type: 'stopped', how: 'abandoned' });
    finish('at last');
    const late = end.type === 'stopped' ? await end.late : null;
    expect(late).toMatchObject({ outcome: 'succeeded', output: 'at last' });
  });
});

describe('a role in a thread of its own', () => {
  const isolate = new URL('./testing/isolated-roles.ts', import.meta.url).href;
  let directory: string;
  let pidFile: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'pulse-isolate-test-'));
    pidFile = path.join(directory, 'pids');
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Aborts a role when it has written its first pid. */
  async function abortWhenBegun(role: LocalRole<unknown>) {
    const controller = new AbortController();
    const running = run(role, { signal: controller.signal, context: { ...context, input: pidFile } });
    const pids = await waitForPids(pidFile, 1);
    controller.abort(new DOMException('out of scope', 'AbortError'));
    return { pids, end: await running };
  }

  it('is given its context, and gives back what it returns', async () => {
    const end = await run(fn(roles.tell, { isolate }));
    expect(end).toMatchObject({ result: { outcome: 'succeeded', output: { ...context, home: '/tmp' } } });
    expect((end as unknown as { result: { output: { threadId: number } } }).result.output.threadId).not.toBe(threadId);
  });

  it('runs programs as any role does', async () => {
    expect(await run(fn(roles.runPrograms, { isolate }))).toMatchObject({
      result: {
        output: { stdout: 'k1 mine\n', error: expect.stringContaining('no-such-program could not be started') },
      },
    });
  });

  it('fails when it throws, ends its thread, or returns what cannot be stored', async () => {
    const failed = (error: string) => ({ result: { outcome: 'failed', error: expect.stringContaining(error) } });
    expect(await run(fn(roles.fail, { isolate }))).toMatchObject(failed('broke'));
    expect(await run(fn(roles.leave, { isolate }))).toMatchObject(failed('exit code 3'));
    expect(await run(fn(roles.answerOddly, { isolate }))).toMatchObject(failed('cannot be stored'));
    const unexported = () => null;
    expect(await run(fn(unexported, { isolate }))).toMatchObject(failed('exports no function named unexported'));
    const uncopied = { ...context, input: { a: () => {} } };
    expect(await run(fn(roles.tell, { isolate }), { context: uncopied })).toMatchObject(failed('could not be cloned'));
  });

  it('is terminated in an endless loop, with its programs, and holds nobody up', async () => {
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 10);
    const { pids, end } = await abortWhenBegun(fn(roles.spin, { isolate, graceMs: 300 }));
    clearInterval(heart);
    expect(end).toEqual({ type: 'stopped', how: 'terminated', late: null });
    expect(findLiving(pids)).toEqual([]);
    expect(beats).toBeGreaterThan(10);
  });

  it('runs no more when it is said to be terminated', async () => {
    const memory = new SharedArrayBuffer(4);
    const readCount = () => Atomics.load(new Int32Array(memory), 0);
    const controller = new AbortController();
    const role = fn<unknown>(roles.count, { isolate, graceMs: 20 });
    const running = run(role, { signal: controller.signal, context: { ...context, input: { memory } } });
    await expect.poll(readCount, { timeout: 10_000 }).toBeGreaterThan(0);
    controller.abort(new DOMException('out of scope', 'AbortError'));
    expect(await running).toEqual({ type: 'stopped', how: 'terminated', late: null });
    const before = readCount();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(readCount()).toBe(before);
  });

  it.runIf(hasProcessTable)('has the program killed that it started by itself and is stuck in', async () => {
    const { pids, end } = await abortWhenBegun(fn(roles.block, { isolate, graceMs: 5_000 }));
    expect(end).toEqual({ type: 'stopped', how: 'SIGTERM', late: null });
    expect(findLiving(pids)).toEqual([]);
  });

  it('can heed its signal', async () => {
    const { end } = await abortWhenBegun(fn(roles.heed, { isolate, graceMs: 5_000 }));
    expect(end).toEqual({ type: 'stopped', how: 'returned', late: null });
    expect(readFileSync(pidFile, 'utf8')).toBe('0\nAbortError: out of scope');
  });

  it('needs a function that can be named', () => {
    expect(() => fn(() => null, { isolate })).toThrow('exports under its own name');
  });
});
