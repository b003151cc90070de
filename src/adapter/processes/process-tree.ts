import type { Process, ProcessTable } from './process-table.ts';

/** The processes that belong together since they come from the programs of one round, or of one adapter. */
export interface ProcessTree {
  /** Whether a process with this mark in its environment belongs to it. */
  owns(mark: string): boolean;
  /** No process that began earlier can belong to it. */
  sinceTicks: number;
  /** When each process began that was ever seen to belong to it, by pid. */
  known: Map<number, number>;
  /** When the leader of each session began that one of its programs was started in, by the leader's pid. */
  sessions: Map<number, number>;
}

export function createTree(owns: ProcessTree['owns']): ProcessTree {
  return { owns, sinceTicks: Number.POSITIVE_INFINITY, known: new Map(), sessions: new Map() };
}

/** Adds a program that was started as the leader of a new session. */
export function addProgram(tree: ProcessTree, pid: number, startTicks: number): void {
  tree.known.set(pid, startTicks);
  tree.sessions.set(pid, startTicks);
  tree.sinceTicks = Math.min(tree.sinceTicks, startTicks);
}

/**
 * Finds the processes of a tree, this one never among them, and remembers them as known.
 *
 * One belongs to it that is known, has a mark of it, is in a session that began in it, or is the child of one that belongs
 * to it. So a process that clears its environment is found as long as its parent lives or it stays in its session. Whoever
 * got a pid or a session later that a member once had is somebody else.
 */
export function findMembers(tree: ProcessTree, { processes }: Pick<ProcessTable, 'processes'>): Process[] {
  const living = new Map(processes.map((one) => [one.pid, one.startTicks]));
  const members = new Set<number>();
  const candidates = processes.filter(({ pid, startTicks }) => startTicks >= tree.sinceTicks && pid !== process.pid);

  function isInSession(session: number): boolean {
    const startTicks = tree.sessions.get(session);
    return startTicks !== undefined && (living.get(session) ?? startTicks) === startTicks;
  }

  const isMember = (one: Process) =>
    tree.known.get(one.pid) === one.startTicks ||
    members.has(one.parent) ||
    members.has(one.session) ||
    isInSession(one.session) ||
    one.marks.some(tree.owns);

  for (let grew = true; grew; ) {
    const found = candidates.filter((one) => !members.has(one.pid) && isMember(one));
    for (const { pid } of found) members.add(pid);
    grew = found.length > 0;
  }
  const all = candidates.filter(({ pid }) => members.has(pid));
  for (const { pid, startTicks } of all) tree.known.set(pid, startTicks);
  return all;
}
