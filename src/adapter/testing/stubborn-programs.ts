import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { readProcess } from '../processes/process-table.ts';

/**
 * Shell programs that try to outlive their round. Each writes the pids that are to die, one a line, to the file in `$PIDS`;
 * a program that clears its environment writes to `pids`.
 */
export const stubbornPrograms = (pids: string) => ({
  /** Leaves its session twice, ignores SIGTERM and keeps a processor busy. */
  'forks twice with setsid, traps SIGTERM and spins': `
    trap "" TERM
    setsid sh -c 'setsid sh -c "echo \\$\\$ >> \\"$PIDS\\"; while :; do :; done" & exit 0' &
    echo $$ >> "$PIDS"; while :; do sleep 0.05; done`,
  /** Nothing but its living parent tells whose it is. */
  'clears the environment of a child that leaves the session and traps SIGTERM': `
    env -i setsid sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 0.05; done' &
    echo $$ >> "$PIDS"; while :; do sleep 0.05; done`,
  /** Nothing but its session tells whose the child is, once its parent has gone. */
  'clears its own environment and leaves a child in another group': `
    exec env -i bash -c 'set -m; (sh -c "trap \\"\\" TERM; echo \\$\\$ >> ${pids}; while :; do sleep 0.05; done" & exit 0); echo $$ >> ${pids}; sleep 600'`,
});

/** Waits until a program has written as many pids as are expected. */
export async function waitForPids(path: string, count: number): Promise<number[]> {
  await expect.poll(() => readPids(path).length, { interval: 5, timeout: 10_000 }).toBe(count);
  return readPids(path);
}

export function readPids(path: string): number[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Those of some processes that live. A zombie is dead, whoever fails to reap it. */
export function findLiving(pids: readonly number[]): number[] {
  return pids.filter((pid) => readProcess(pid) !== undefined);
}
