import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupEnd } from './process-group.ts';
import {
  type Process,
  type ProcessTable,
  readChildren,
  readProcess,
  readProcessTable,
  readProcessTableNow,
} from './process-table.ts';
import { findMembers, type ProcessTree } from './process-tree.ts';

const firstPollMs = 2;
const maxPollMs = 50;
const killWaitMs = 1_000;
/** How long the thread may be kept from everything else to outrun a tree that multiplies. */
const holdMs = 200;

/**
 * Stops every process of a tree: SIGTERM, and after `graceMs` SIGKILL. What a process starts to clean up, once it was told to
 * end, has that time too.
 *
 * **Shape** what it took; only when no process of the tree is left, or after a second in which SIGKILL did not work.
 * `returned` when there was none.
 */
export async function stopTree(tree: ProcessTree, graceMs: number): Promise<GroupEnd> {
  const asked = new Set(askNow(tree));
  const strays = findStrays(tree, await readProcessTable(tree.sinceTicks), asked);
  terminate(strays);
  const wereThere = asked.size + strays.length > 0;
  if (await isEmptyWithin(tree, graceMs)) return wereThere ? 'SIGTERM' : 'returned';
  killSoon(tree);
  return (await isEmptyWithin(tree, killWaitMs, () => killSoon(tree))) ? 'SIGKILL' : 'abandoned';
}

/** Waits until no process of the tree is alive, at most `timeoutMs`. */
async function isEmptyWithin(tree: ProcessTree, timeoutMs: number, onLiving = () => {}): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = firstPollMs; ; pauseMs = Math.min(pauseMs * 2, maxPollMs)) {
    if (await isEmpty(tree)) return true;
    onLiving();
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return false;
    await sleep(Math.min(pauseMs, leftMs));
  }
}

/**
 * Whether no process of the tree is alive. When some ended while they were read, only what is new is read again, which is
 * faster, until none does.
 */
async function isEmpty(tree: ProcessTree): Promise<boolean> {
  const table = await readProcessTable(tree.sinceTicks);
  if (findMembers(tree, table).length > 0) return false;
  if (table.isComplete) return true;
  const deadline = performance.now() + holdMs;
  const seen = new Set(table.pids);
  while (performance.now() < deadline) {
    const fresh = readProcessTableNow(tree.sinceTicks, seen);
    if (findMembers(tree, fresh).length > 0) return false;
    if (fresh.isComplete) return true;
    for (const pid of fresh.pids) seen.add(pid);
  }
  return false;
}

/**
 * Asks what is known of a tree to end, and its descendants, all at once: a parent that ended first would leave behind a child
 * of which nothing else tells. **Shape** the pids of those that were asked.
 */
function askNow(tree: ProcessTree): number[] {
  const pids = [...tree.known]
    .filter(([pid, startTicks]) => readProcess(pid)?.startTicks === startTicks)
    .map(([pid]) => pid);
  for (const pid of pids) {
    signal(pid, 'SIGSTOP'); // So that it starts nothing more and does not end before its children are known.
    for (const child of readChildren(pid)) {
      const startTicks = readProcess(child)?.startTicks;
      if (startTicks === undefined || tree.known.get(child) === startTicks) continue;
      tree.known.set(child, startTicks);
      pids.push(child);
    }
  }
  terminate(pids);
  return pids;
}

/** The pids of a tree's processes that were not asked to end, nor started by one that was. */
function findStrays(tree: ProcessTree, table: ProcessTable, asked: ReadonlySet<number>): number[] {
  const strays: number[] = [];
  const isStarted = new Set(asked);
  for (const { pid, parent } of findMembers(tree, table)) {
    if (isStarted.has(parent)) isStarted.add(pid);
    else if (!asked.has(pid)) strays.push(pid);
  }
  return strays;
}

/** A suspended process acts on SIGTERM only once it goes on. */
function terminate(pids: readonly number[]): void {
  for (const pid of pids) signal(pid, 'SIGTERM');
  for (const pid of pids) signal(pid, 'SIGCONT');
}

const doomed = new Set<ProcessTree>();

/** Kills the trees of all who ask in the same moment at once, since that holds up the thread. */
function killSoon(tree: ProcessTree): void {
  if (doomed.size === 0) {
    setImmediate(() => {
      const trees = [...doomed];
      doomed.clear();
      killNow(trees);
    });
  }
  doomed.add(tree);
}

/** Kills every process of some trees; suspends all of them first, since whoever still ran could start more meanwhile. */
export function killNow(trees: readonly ProcessTree[]): void {
  const deadline = performance.now() + holdMs;
  const sinceTicks = Math.min(...trees.map((tree) => tree.sinceTicks));
  const seen = new Set<number>();
  const held = new Map<number, Process>();
  while (performance.now() < deadline) {
    const table = readProcessTableNow(sinceTicks, seen);
    const known = { processes: [...held.values(), ...table.processes] };
    const found = trees.flatMap((tree) => findMembers(tree, known)).filter(({ pid }) => !held.has(pid));
    for (const member of found) {
      signal(member.pid, 'SIGSTOP');
      held.set(member.pid, member);
    }
    for (const pid of table.pids) seen.add(pid);
    if (found.length === 0 && table.isComplete) break;
  }
  for (const pid of held.keys()) signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone, or runs as somebody else: whether the tree is empty tells.
  }
}
