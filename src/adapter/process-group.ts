import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a process group came to its end. `abandoned`: it outlived SIGKILL, such as a process stuck in the kernel. */
export type GroupEnd = 'returned' | 'SIGTERM' | 'SIGKILL' | 'abandoned';

const maxPollMs = 50;
const killWaitMs = 1_000;

/**
 * Stops every process of a group: SIGTERM, after `graceMs` SIGKILL.
 *
 * **Shape** what it took; only when no process of the group is alive any more, or after a second in which SIGKILL did
 * not work. `returned` when the group was already empty.
 */
export async function stopGroup(groupId: number, graceMs: number): Promise<GroupEnd> {
  if (!signalGroup(groupId, 'SIGTERM')) return 'returned';
  signalGroup(groupId, 'SIGCONT'); // A suspended process acts on SIGTERM only once it goes on.
  if (await isGroupEmptyWithin(groupId, graceMs)) return 'SIGTERM';
  signalGroup(groupId, 'SIGKILL');
  return (await isGroupEmptyWithin(groupId, killWaitMs)) ? 'SIGKILL' : 'abandoned';
}

const killedAtExit = new Set<number>();
process.on('exit', () => {
  for (const groupId of killedAtExit) signalGroup(groupId, 'SIGKILL');
});

/** Kills a group should this process exit before the group is over. **Shape** a function to call when it is over. */
export function killAtExit(groupId: number): () => void {
  killedAtExit.add(groupId);
  return () => killedAtExit.delete(groupId);
}

/** Waits until no process of the group is alive, at most `timeoutMs`. **Shape** whether that came true. */
export async function isGroupEmptyWithin(groupId: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  let zombieScans = 0;
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, maxPollMs)) {
    if (!signalGroup(groupId, 0)) return true;
    zombieScans = (await findLivingGroups())?.has(groupId) === false ? zombieScans + 1 : 0;
    if (zombieScans === 2) return true; // One scan can miss a process that is forked meanwhile.
    const leftMs = deadline - performance.now();
    if (leftMs <= 0 && zombieScans === 0) return false;
    await sleep(Math.min(pauseMs, Math.max(leftMs, 1)));
  }
}

/** Signals a whole group. **Shape** false when it is empty. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch (error) {
    // EPERM: there is a process, but it runs as somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

let scanning: Promise<Set<number> | undefined> | undefined;

/**
 * Finds the groups that have a living process, for all who ask at the same moment at once.
 *
 * In a container whose first process reaps nothing, dead orphans stay in their group for ever, so a signal that
 * arrives does not yet mean life. **Shape** undefined where there is no `/proc` to tell.
 */
function findLivingGroups(): Promise<Set<number> | undefined> {
  scanning ??= scanGroups().finally(() => {
    scanning = undefined;
  });
  return scanning;
}

async function scanGroups(): Promise<Set<number> | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  const groups = new Set<number>();
  for (const stat of stats) {
    // The program's name, in parentheses, may hold anything: the state and the group follow the last one.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (group && state !== 'Z' && state !== 'X') groups.add(Number(group));
  }
  return groups;
}
