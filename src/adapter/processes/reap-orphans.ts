import { setTimeout as sleep } from 'node:timers/promises';
import { isDead, ownerOf } from './owner.ts';
import { findHardest, type GroupEnd, stopGroup } from './process-group.ts';
import { hasProcessTable, type Process, readProcessTable } from './process-table.ts';
import { createTree, type ProcessTree } from './process-tree.ts';
import { listOwners, openRecords, type ProgramRecord, type ProgramRecords } from './program-records.ts';
import { stopTree } from './stop-tree.ts';

const defaultGraceMs = 2_000;
const dyingMs = 5_000;

/**
 * Stops what dead owners left behind: what has their mark in its environment, wherever their home was, and what is recorded
 * in this one.
 *
 * **Shape** what it took, `returned` when nothing was left; always so where there is no process table.
 */
export async function reapOrphans(home: string): Promise<GroupEnd> {
  if (!hasProcessTable) return 'returned';
  const { processes } = await readProcessTable(0);
  const marked = processes.flatMap(({ marks }) => marks.map(ownerOf));
  const recorded = listOwners(home);
  const dead = new Set([...marked, ...recorded].filter(isDead));
  if (dead.size === 0) return 'returned';
  const tree = createTreeOf(dead);
  const records = recorded.filter((owner) => dead.has(owner)).map((owner) => openRecords(home, owner));
  const programs = records.flatMap((record) => record.list());
  return stopRecorded(
    tree,
    records,
    programs.filter((program) => isStillTheirs(program, processes, tree)),
  );
}

/** Stops what one owner left behind that dies at this very moment. Does nothing when it lives on. */
export async function reapAfter(home: string, owner: string): Promise<void> {
  const deadline = performance.now() + dyingMs;
  while (!isDead(owner)) {
    if (performance.now() > deadline) return;
    await sleep(10);
  }
  const records = openRecords(home, owner);
  await stopRecorded(createTreeOf(new Set([owner])), [records], records.list());
}

function createTreeOf(owners: ReadonlySet<string>): ProcessTree {
  return { ...createTree((mark) => owners.has(ownerOf(mark))), sinceTicks: 0 };
}

async function stopRecorded(
  tree: ProcessTree,
  records: ProgramRecords[],
  programs: ProgramRecord[],
): Promise<GroupEnd> {
  for (const { pid, startTicks } of programs) tree.sessions.set(pid, startTicks);
  const graceMs = Math.max(...programs.map((program) => program.graceMs), programs.length === 0 ? defaultGraceMs : 0);
  const end = hasProcessTable
    ? await stopTree(tree, graceMs)
    : findHardest(await Promise.all(programs.map(({ pid }) => stopGroup(pid, graceMs))));
  if (end !== 'abandoned') for (const record of records) record.clear();
  return end;
}

/**
 * Whether a recorded program's session can be no one else's, also long after: the program lives, or one in its session
 * has a mark.
 */
function isStillTheirs(program: ProgramRecord, processes: readonly Process[], tree: ProcessTree): boolean {
  return processes.some(
    ({ pid, session, startTicks, marks }) =>
      (pid === program.pid && startTicks === program.startTicks) || (session === program.pid && marks.some(tree.owns)),
  );
}
