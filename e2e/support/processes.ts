import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** A running process, as /proc tells of it. */
export interface RunningProcess {
  pid: number;
  args: string[];
}

/** The processes that belong to a home: they carry it in their environment, are named with it, or work inside it. */
export async function findProcessesOf(home: string): Promise<RunningProcess[]> {
  return findProcesses(async ({ pid, args }) => {
    if (pid === process.pid) return false;
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    const isNamed = args.some((argument) => argument.includes(home));
    return environ.split('\0').includes(`PULSE_HOME=${home}`) || isNamed || cwd.startsWith(home);
  });
}

/** The processes with exactly these arguments, such as `['sleep', '600']`. */
export function findProcessesWithArgs(wanted: readonly string[]): Promise<RunningProcess[]> {
  return findProcesses(
    async ({ args }) => args.length === wanted.length && args.every((arg, at) => arg === wanted[at]),
  );
}

/** Waits until none of a home's processes is left; says which are when that takes too long. */
export async function expectNoProcessOf(home: string, timeoutMs = 15_000): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const left = await findProcessesOf(home);
    if (left.length === 0) return;
    if (Date.now() > deadlineMs) {
      const list = left.map(({ pid, args }) => `${pid} ${args.join(' ')}`).join('\n');
      throw new Error(`Processes of ${home} are left behind:\n${list}`);
    }
    await pause(50);
  }
}

async function findProcesses(matches: (found: RunningProcess) => Promise<boolean>): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Empty for a process that has ended, also while its parent has not noticed yet.
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const args = line.replace(/\0$/, '').split('\0');
      return line !== '' && (await matches({ pid, args })) ? { pid, args } : undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}
