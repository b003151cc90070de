import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLiving, readPids, stubbornPrograms, waitForPids } from '../testing/stubborn-programs.ts';
import { hasProcessTable } from './process-table.ts';
import { openRoundProcesses, type RoundProcesses } from './round-processes.ts';

let directory: string;
let pidFile: string;
let processes: RoundProcesses;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'pulse-processes-test-'));
  pidFile = path.join(directory, 'pids');
  processes = openRoundProcesses();
});

afterEach(() => {
  for (const pid of findLiving(readPids(pidFile))) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

function start(run: string, graceMs = 100) {
  const env = { ...process.env, PIDS: pidFile, ...processes.environment };
  return processes.start(() => spawn('sh', ['-c', run], { detached: true, stdio: 'ignore', env }), graceMs);
}

describe.runIf(hasProcessTable)('everything that a round started is stopped', () => {
  const names = Object.keys(stubbornPrograms('')) as (keyof ReturnType<typeof stubbornPrograms>)[];

  it.each(names)('when a program %s', async (name) => {
    start(stubbornPrograms(pidFile)[name]);
    const pids = await waitForPids(pidFile, 2);
    expect(await processes.stop()).toBe('SIGKILL');
    expect(findLiving(pids)).toEqual([]);
  });

  it('when it multiplies faster than it can be read', async () => {
    const script = path.join(directory, 'hop');
    writeFileSync(script, 'trap "" TERM; echo $$ >> "$PIDS"; setsid sh "$0" & exit 0');
    start(`setsid sh "${script}" &`);
    await expect.poll(() => readPids(pidFile).length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(5);
    expect(await processes.stop()).toBe('SIGKILL');
    const count = readPids(pidFile).length;
    expect(findLiving(readPids(pidFile))).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(readPids(pidFile)).toHaveLength(count);
  });

  it('when its program has exited and left a daemon behind', async () => {
    const { child } = start(`setsid sh -c 'echo $$ >> "$PIDS"; exec sleep 600' & exit 0`);
    await new Promise((resolve) => child.once('exit', resolve));
    const pids = await waitForPids(pidFile, 1);
    expect(await processes.stop()).toBe('SIGTERM');
    expect(findLiving(pids)).toEqual([]);
  });

  it('and nothing of another round', async () => {
    const other = openRoundProcesses();
    const env = { ...process.env, ...other.environment };
    const { child } = other.start(() => spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env }), 100);
    start('echo $$ >> "$PIDS"; exec sleep 600');
    await waitForPids(pidFile, 1);
    expect(await processes.stop()).toBe('SIGTERM');
    expect(findLiving([child.pid as number])).toEqual([child.pid]);
    expect(await other.stop()).toBe('SIGTERM');
  });

  it('with SIGKILL only after the grace of the most patient program, which may start others to clean up', async () => {
    const { child } = start('trap "" TERM; echo $$ >> "$PIDS"; while :; do sleep 0.01; done', 50);
    start(
      `trap 'sleep 0.3 && echo 0 >> "$PIDS"; exit 0' TERM; echo $$ >> "$PIDS"; while :; do sleep 0.01; done`,
      4_000,
    );
    await waitForPids(pidFile, 2);
    child.kill('SIGKILL');
    expect(await processes.stop()).toBe('SIGTERM');
    expect(readPids(pidFile).at(-1)).toBe(0);
  });
});

it('stops nothing where nothing was started', async () => {
  expect(await processes.stop()).toBe('returned');
});
