import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectNoProcessOf, findProcessesOf } from './processes.ts';

/** Makes an empty PULSE_HOME. */
export async function makeHome(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'pulse-e2e-')));
}

/** Removes a home. A process that is left in it is ended, and fails the test. */
export async function removeHome(home: string): Promise<void> {
  try {
    await expectNoProcessOf(home);
  } finally {
    for (const { pid } of await findProcessesOf(home)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The pid of the database server that runs for a home. */
export async function readPostmasterPid(home: string): Promise<number> {
  const text = await readFile(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8');
  return Number.parseInt(text, 10);
}
