import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/**
 * Names a running process so that a later process with the same pid is told apart.
 *
 * Shape: one line without spaces, the same for as long as the process lives; null when there is no such process.
 */
export async function identifyProcess(pid: number): Promise<string | null> {
  if (!isRunning(pid)) return null;
  const startedAt = process.platform === 'linux' ? await readLinuxStart(pid) : await readStart(pid);
  return startedAt && `${pid}@${startedAt}`;
}

/** Whether the process that {@link identifyProcess} named is still running. */
export async function isProcessAlive(identity: string): Promise<boolean> {
  const pid = Number.parseInt(identity, 10);
  return Number.isInteger(pid) && (await identifyProcess(pid)) === identity;
}

/** The command line of a running process; null when it has ended. */
export async function readCommandLine(pid: number): Promise<string | null> {
  if (!isRunning(pid)) return null;
  if (process.platform !== 'linux') return ps(pid, 'args=');
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.replaceAll('\0', ' ').trim() || null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The ticks at the start count from the boot, so they are told apart by the boot. A zombie has ended. */
async function readLinuxStart(pid: number): Promise<string | null> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'boot'),
  ]);
  // The second field is the name in brackets, which may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  return ticks && state !== 'Z' && state !== 'X' ? `${boot.trim()}/${ticks}` : null;
}

async function readStart(pid: number): Promise<string | null> {
  return (await ps(pid, 'lstart='))?.replaceAll(/\s+/g, '_') ?? null;
}

async function ps(pid: number, column: string): Promise<string | null> {
  const { stdout } = await exec('ps', ['-o', column, '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C' },
  }).catch(() => ({ stdout: '' }));
  return stdout.trim() || null;
}
