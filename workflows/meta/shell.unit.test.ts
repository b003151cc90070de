import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runCommand } from '#adapter/command.ts';
import { openRoundProcesses } from '#adapter/processes/round-processes.ts';
import { findTextProblem } from '#domain/json.ts';
import type { MetaContext } from './input.ts';
import { runShell } from './shell.ts';

async function run(command: string, stdin?: string) {
  const { signal } = new AbortController();
  const round = { key: 'k', round: 1, role: 'r', input: { repo: '/r', task: 't' }, signal };
  const processes = openRoundProcesses();
  const start = () => Promise.reject(new Error('nothing is started here'));
  const exec: MetaContext['exec'] = async (spec) => (await runCommand(spec, { ...round, processes })).result;
  const outside = { history: [], events: [], waits: [], idempotencyKey: 'i' };
  return runShell({ ...round, ...outside, home: tmpdir(), exec, start, log: () => {} }, tmpdir(), command, stdin);
}

describe('runShell', () => {
  it('tells the exit code, and both outputs as plain text', async () => {
    const command = "printf '\\033[31mred\\033[0m\\n'; echo problem >&2; exit 4";
    expect(await run(command)).toEqual({ command, exitCode: 4, tail: 'red\nproblem' });
  });

  it('keeps the last lines of much output, from the beginning of a line', async () => {
    const { tail } = await run('seq 1 100000');
    expect(tail.length).toBeLessThanOrEqual(4_000);
    expect(tail).toMatch(/^(\d{5}\n)+99999\n100000$/);
  });

  it('gives only what the log can store', async () => {
    const { tail } = await run("printf 'a\\000b'; printf '\\360\\237\\230\\200%.0s' $(seq 1 3000)");
    expect(findTextProblem(tail)).toBeUndefined();
  });

  it('passes text on to standard input, and tells programs that nobody is there', async () => {
    expect((await run('cat; echo " $CI"', 'hello')).tail).toBe('hello true');
  });
});
