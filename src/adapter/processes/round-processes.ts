import type { ChildProcess } from 'node:child_process';
import { makeMark } from './owner.ts';
import { findHardest, type GroupEnd, signalGroup, stopGroup } from './process-group.ts';
import { hasProcessTable, markVariable, readOwnStartTicks, readStartTicks } from './process-table.ts';
import { addProgram, createTree, type ProcessTree } from './process-tree.ts';
import type { ProgramRecord } from './program-records.ts';
import { killNow, stopTree } from './stop-tree.ts';
import type { Watchdog } from './watchdog.ts';

/** All that runs on this machine for one round: its programs, and whatever those start. */
export interface RoundProcesses {
  /** What each has in its environment: the round's mark, behind those of the rounds that this process itself runs for. */
  environment: Record<string, string>;
  /** Starts a program, which `launch` has to make the leader of a session. **Shape** it, and what to call when its group is over. */
  start(launch: () => ChildProcess, graceMs: number): { child: ChildProcess; over: () => void };
  /** Also looks for processes that were started without `start`, but with the round's environment. */
  expectOthers(): void;
  /**
   * Stops everything: SIGTERM, and SIGKILL after the longest grace of its programs.
   *
   * **Shape** what it took, `returned` when nothing was left. Can be called again.
   */
  stop(): Promise<GroupEnd>;
}

const defaultGraceMs = 2_000;

export function openRoundProcesses(watchdog?: Watchdog): RoundProcesses {
  const mark = makeMark();
  const tree = createTree((other) => other === mark);
  const graces: number[] = [];
  const over = new Set<number>();
  const running = new Map<number, ProgramRecord>();

  /** The session of a program that is over stays one of the tree's until the next begins: then its id may become another's. */
  function forgetSessions(): void {
    for (const pid of over) tree.sessions.delete(pid);
    over.clear();
  }

  function finish(program: ProgramRecord): void {
    over.add(program.pid);
    running.delete(program.pid);
    watchdog?.remove(program);
  }

  function start(launch: () => ChildProcess, graceMs: number) {
    forgetSessions();
    watchdog?.wake();
    const child = launch();
    const { pid } = child;
    if (pid === undefined) return { child, over: () => {} };
    // It is not gone before the loop turns, dead or alive.
    const program = { pid, startTicks: (hasProcessTable && readStartTicks(pid)) || 0, graceMs };
    addProgram(tree, pid, program.startTicks);
    running.set(pid, program);
    watchdog?.add(program);
    graces.push(graceMs);
    killedAtExit.set(tree, running);
    return { child, over: () => finish(program) };
  }

  let stopping: Promise<GroupEnd> | undefined;

  function stop(): Promise<GroupEnd> {
    stopping ??= stopAll().finally(() => {
      stopping = undefined;
    });
    return stopping;
  }

  async function stopAll(): Promise<GroupEnd> {
    if (tree.sinceTicks === Number.POSITIVE_INFINITY) return 'returned';
    const graceMs = graces.length === 0 ? defaultGraceMs : Math.max(...graces);
    const end = hasProcessTable
      ? await stopTree(tree, graceMs)
      : findHardest(await Promise.all([...running.keys()].map((pid) => stopGroup(pid, graceMs))));
    if (end !== 'abandoned') killedAtExit.delete(tree);
    return end;
  }

  return {
    environment: { [markVariable]: [process.env[markVariable], mark].filter(Boolean).join(' ') },
    start,
    expectOthers: () => {
      if (!hasProcessTable) return;
      watchdog?.wake();
      tree.sinceTicks = readOwnStartTicks();
      killedAtExit.set(tree, running);
    },
    stop,
  };
}

const killedAtExit = new Map<ProcessTree, ReadonlyMap<number, ProgramRecord>>();
process.on('exit', () => {
  if (hasProcessTable) killNow([...killedAtExit.keys()]);
  else for (const running of killedAtExit.values()) for (const pid of running.keys()) signalGroup(pid, 'SIGKILL');
});
