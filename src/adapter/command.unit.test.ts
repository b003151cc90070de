import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandSpec } from '#domain/role.ts';
import { type CommandEnd, runCommand } from './command.ts';
import { openRoundProcesses } from './processes/round-processes.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'pulse-command-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

const run = (spec: CommandSpec, signal = new AbortController().signal) =>
  runCommand(spec, { key: 'k1', round: 3, role: 'build', input: { a: 'ä' }, signal, processes: openRoundProcesses() });

/** Runs a program that writes a line to `stdout` when it is ready, and aborts it then. */
async function abortWhenReady(spec: CommandSpec & { run: string }): Promise<CommandEnd> {
  const controller = new AbortController();
  const ready = path.join(directory, `ready-${Math.random()}`);
  const running = run({ ...spec, env: { READY: ready } }, controller.signal);
  await expect.poll(() => readFile(ready, 'utf8').catch(() => ''), { interval: 5, timeout: 5_000 }).toContain('ready');
  controller.abort(new Error('out of scope'));
  return running;
}

/** A zombie is dead, whoever fails to reap it. */
const isAlive = (pid: number) => {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
};

describe('a program', () => {
  it('reports its exit code and what it wrote', async () => {
    const { result, problem, stoppedBy } = await run({ run: 'echo out; echo err >&2; exit 7' });
    expect(result).toMatchObject({ exitCode: 7, signal: null, stdout: 'out\n', stderr: 'err\n', result: null });
    expect([problem, stoppedBy]).toEqual([null, null]);
  });

  it('is given its round, its input and its environment, and nothing of the adapter’s own', async () => {
    Object.assign(process.env, {
      DATABASE_URL: 'postgres://secret',
      DATABASE_OWNER_URL: 'postgres://secret',
      DATABASE_DIRECT_URL: 'postgres://secret',
    });
    process.env.PULSE_SECRET = 'secret';
    const { result } = await run({
      run: 'cat "$PULSE_INPUT"; echo " $PULSE_KEY $PULSE_ROUND $PULSE_ROLE $MINE [$DATABASE_URL$DATABASE_OWNER_URL$DATABASE_DIRECT_URL$PULSE_SECRET]"',
      env: { MINE: 'mine' },
    });
    delete process.env.DATABASE_URL;
    delete process.env.DATABASE_OWNER_URL;
    delete process.env.DATABASE_DIRECT_URL;
    delete process.env.PULSE_SECRET;
    expect(result.stdout).toBe('{"a":"ä"} k1 3 build mine []\n');
  });

  it('takes a program with arguments as they are', async () => {
    const { result } = await run({ run: ['printf', '%s|', 'a b', '$HOME', '*'] });
    expect(result.stdout).toBe('a b|$HOME|*|');
  });

  it('finds standard input closed, or gets the given text', async () => {
    expect((await run({ run: 'cat; echo end' })).result.stdout).toBe('end\n');
    expect((await run({ run: 'cat', stdin: 'a prompt' })).result.stdout).toBe('a prompt');
    const unread = await run({ run: 'exit 0', stdin: 'x'.repeat(1_000_000) });
    expect(unread.result.exitCode).toBe(0);
  });

  it('keeps the last 16 KiB of a huge output, cut between characters', async () => {
    const { result } = await run({ run: ['node', '-e', "process.stdout.write('ä'.repeat(3e6) + 'x')"] });
    expect(result.stdout).toBe(`${'ä'.repeat(8_191)}x`);
  });

  it('may hand back JSON', async () => {
    const { result, problem } = await run({ run: 'echo \'{"ok": [1, "ü"]}\' > "$PULSE_RESULT"' });
    expect([result.result, problem]).toEqual([{ ok: [1, 'ü'] }, null]);
  });

  it.each([
    ['\'{"half":\'', /holds no JSON/],
    ['\'"\\\\u0000"\'', /NUL/],
    ["'x'.repeat(300_000)", /is 300000 bytes; at most 262144/],
  ])('says what is wrong with the result %s', async (text, message) => {
    const program = `require('fs').writeFileSync(process.env.PULSE_RESULT, ${text})`;
    const { result, problem } = await run({ run: ['node', '-e', program] });
    expect(problem).toMatch(message);
    expect(result).toMatchObject({ exitCode: 0, result: null });
  });

  it('leaves no file behind', async () => {
    const { result } = await run({ run: 'dirname "$PULSE_INPUT"' });
    await expect(readFile(path.join(result.stdout.trim(), 'input.json'))).rejects.toThrow('ENOENT');
  });

  it('cannot start in a directory that is none, or without a program', async () => {
    await expect(run({ run: 'true', cwd: '/no/such' })).rejects.toThrow(
      'the working directory /no/such does not exist',
    );
    await expect(run({ run: 'true', cwd: '/dev/null' })).rejects.toThrow('is not a directory');
    await expect(run({ run: ['no-such-program'] })).rejects.toThrow(/no-such-program could not be started.*ENOENT/);
  });

  it('does not hang on children that keep its pipes open, and takes them along', async () => {
    const { result } = await run({ run: 'sleep 600 & echo $!' });
    expect(result.exitCode).toBe(0);
    expect(isAlive(Number(result.stdout))).toBe(false);
  });

  it('does not hang on a child that left its group', async () => {
    const processes = openRoundProcesses();
    const { signal } = new AbortController();
    const context = { key: 'k1', round: 3, role: 'build', input: {}, signal, processes };
    const { result } = await runCommand({ run: 'setsid sleep 600 & echo $!' }, context);
    expect(result.exitCode).toBe(0);
    await processes.stop();
    expect(isAlive(Number(result.stdout))).toBe(false);
  });
});

describe('a program whose adapter exits', () => {
  it('does not outlive it, nor does what left its session', async () => {
    const pidFile = path.join(directory, 'orphan');
    const code = `
      import { existsSync } from 'node:fs';
      import { runCommand } from ${JSON.stringify(new URL('./command.ts', import.meta.url).href)};
      import { openRoundProcesses } from ${JSON.stringify(new URL('./processes/round-processes.ts', import.meta.url).href)};
      const processes = openRoundProcesses();
      const signal = new AbortController().signal;
      const run = 'trap "" TERM; setsid sh -c "echo \\$\\$; while :; do sleep 1; done" > "$PID_FILE.new" & '
        + 'until [ -s "$PID_FILE.new" ]; do sleep 0.01; done; '
        + 'echo $$ >> "$PID_FILE.new"; mv "$PID_FILE.new" "$PID_FILE"; while :; do sleep 1; done';
      runCommand({ run }, { key: 'k', round: 1, role: 'r', input: {}, signal, processes });
      setInterval(() => existsSync(process.env.PID_FILE) && process.exit(), 10);`;
    spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      env: { ...process.env, PID_FILE: pidFile },
    });
    const pids = readFileSync(pidFile, 'utf8').trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });
});

describe('an aborted program', () => {
  it('gets SIGTERM with all its children', async () => {
    const end = await abortWhenReady({
      run: '(sleep 600 & echo $!; sleep 600) & sleep 600 & echo ready > "$READY"; wait',
    });
    expect(end.stoppedBy).toBe('SIGTERM');
    expect(isAlive(Number(end.result.stdout))).toBe(false);
    expect(end.result.signal).toBe('SIGTERM');
  });

  it('gets SIGKILL after the grace when it ignores SIGTERM', async () => {
    const end = await abortWhenReady({
      run: 'trap "" TERM; echo ready > "$READY"; while :; do sleep 0.05; done',
      graceMs: 100,
    });
    expect(end).toMatchObject({ stoppedBy: 'SIGKILL', result: { signal: 'SIGKILL', exitCode: null } });
  });

  it('is not said to be dead while a child of it ignores SIGTERM', async () => {
    const end = await abortWhenReady({
      run: '(trap "" TERM; sh -c \'echo $$\'; echo ready > "$READY"; while :; do sleep 0.05; done) & wait',
      graceMs: 100,
    });
    expect(end.stoppedBy).toBe('SIGKILL');
  });

  it('is woken from suspension to act on SIGTERM', async () => {
    const end = await abortWhenReady({ run: 'echo ready > "$READY"; kill -STOP $$' });
    expect(end.stoppedBy).toBe('SIGTERM');
  });

  it('never starts when the abort came first', async () => {
    const reason = new Error('too late');
    await expect(run({ run: 'echo started' }, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
