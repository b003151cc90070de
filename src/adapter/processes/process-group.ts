import { setTimeout as sleep } from 'node:timers/promises';
import { hasProcessTable, readOwnStartTicks, readProcessTable } from './process-table.ts';

/** How a process group came to its end. `abandoned`: it outlived SIGKILL, such as a process stuck in the kernel. */
export type GroupEnd = 'returned' | 'SIGTERM' | 'SIGKILL' | 'abandoned';

const hardest: GroupEnd[] = ['abandoned', 'SIGKILL', 'SIGTERM'];

/** The hardest thing that was needed to stop any of several. */
export function findHardest(ends: readonly GroupEnd[]): GroupEnd {
  return hardest.find((end) => ends.includes(end)) ?? 'returned';
}

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
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch (error) {
    // EPERM: there is a process, but it runs as somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Finds the groups that have a living process. In a container whose first process reaps nothing, dead orphans stay in their
 * group for ever, so a signal that arrives does not yet mean life. **Shape** undefined where nothing tells.
 */
async function findLivingGroups(): Promise<Set<number> | undefined> {
  if (!hasProcessTable) return undefined;
  const { processes } = await readProcessTable(readOwnStartTicks());
  return new Set(processes.map(({ group }) => group));
}
