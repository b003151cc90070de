import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { command, fn, type Role } from '#domain/definition.ts';
import { type RoleRun, runRole } from './role.ts';

const context = { key: 'k1', round: 1, role: 'build', input: {}, history: [] };
const run = (role: Role<unknown>, options: Partial<RoleRun> = {}) =>
  runRole({ role, context, input: {}, home: '/tmp', signal: new AbortController().signal, ...options });

/** Runs a role that calls `begun` when it is in the middle of its work, and aborts it then. */
async function abortInTheMiddle(makeRole: (begun: () => void) => Role<unknown>, graceMs?: number) {
  const controller = new AbortController();
  const begun = () => setImmediate(() => controller.abort(new DOMException('out of scope', 'AbortError')));
  return run(makeRole(begun), { signal: controller.signal, graceMs });
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
    const end = await abortInTheMiddle(
      (begun) =>
        fn<unknown>(() => {
          begun();
          return new Promise<string>((resolve) => {
            finish = resolve;
          });
        }),
      20,
    );
    expect(end).toMatchObject({ type: 'stopped', how: 'abandoned' });
    finish('at last');
    const late = end.type === 'stopped' ? await end.late : null;
    expect(late).toMatchObject({ outcome: 'succeeded', output: 'at last' });
  });
});
