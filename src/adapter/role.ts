import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import type { Json } from '#domain/json.ts';
import type { OutputStream } from '#domain/output.ts';
import type { FunctionRole, LocalRole, RoleContext } from '#domain/role.ts';
import { describeStatus, sendRequest } from './http-request.ts';
import { type Isolated, runIsolated } from './isolate/run-isolated.ts';
import { describeError, toOutput } from './output.ts';
import type { GroupEnd } from './processes/process-group.ts';
import { openRoundProcesses, type RoundProcesses } from './processes/round-processes.ts';
import type { Watchdog } from './processes/watchdog.ts';
import { openPrograms, type Programs } from './programs.ts';
import type { RoundContext } from './tick.ts';

/** What a role did, as its event tells it. */
export interface RoleResult {
  outcome: 'succeeded' | 'failed';
  output: Json;
  error: string | null;
  durationMs: number;
}

/** How a role that was stopped came to be dead. `terminated`: with its thread; `disconnected`: its request; `abandoned`: it is not. */
export type RoleStop = GroupEnd | 'terminated' | 'disconnected';

/** How a role's run ended. */
export type RoleEnd =
  | { type: 'finished'; result: RoleResult }
  /** It was stopped; `late` is what an abandoned role may still come to. */
  | { type: 'stopped'; how: RoleStop; late: Promise<RoleResult> | null };

export interface RoleRun {
  role: LocalRole<unknown>;
  context: RoundContext;
  /** The input as the log has it, for programs. */
  input: Json;
  home: string;
  signal: AbortSignal;
  /** Watches over its programs in case this process dies. */
  watchdog?: Watchdog;
  /** Starts workflows for it. Default: it can't. */
  start?: RoleContext<unknown>['start'];
  /** Takes what it prints. Default: that is dropped. */
  print?: Print;
}

/** Takes a part of what is printed, and never waits. */
export type Print = (stream: OutputStream, bytes: Buffer) => void;

const defaultGraceMs = 2_000;
/** How long a function may go on after the last of its programs was stopped. */
const afterProgramsMs = 250;

/**
 * Runs a role to its end, or until its signal fires and it is stopped.
 *
 * All that it started on this machine is dead when this resolves. A function that does not heed its signal is waited for no
 * longer than the grace and its programs need: then its thread is terminated, or it is abandoned when it has none of its own.
 * Never rejects: a role that throws has failed.
 */
export async function runRole(run: RoleRun): Promise<RoleEnd> {
  const { role, signal, print = () => {}, start = refuseToStart } = run;
  if (signal.aborted) return { type: 'stopped', how: 'returned', late: null };
  const processes = openRoundProcesses(run.watchdog);
  const programs = openPrograms({ ...run, processes, print });
  const log = (...values: unknown[]) => print('stdout', Buffer.from(`${format(...values)}\n`));
  const context: RoleContext<unknown> = { ...run.context, signal, home: run.home, exec: programs.exec, start, log };
  const thread = role.type === 'function' ? isolate(role, context, processes, print) : undefined;
  const playing = play(role, context, programs, thread);
  const graceMs = (role.type === 'function' && role.graceMs) || defaultGraceMs;
  const result = await Promise.race([playing, waitInVain(signal, programs, graceMs)]);
  const isTerminated = await thread?.terminate();
  const how = await programs.close();
  if (!signal.aborted && result) return { type: 'finished', result };
  const late = result || isTerminated ? null : playing;
  if (isTerminated === false || how === 'abandoned') return { type: 'stopped', how: 'abandoned', late };
  if (result) return { type: 'stopped', how: role.type === 'http' ? 'disconnected' : how, late };
  return { type: 'stopped', how: isTerminated ? 'terminated' : 'abandoned', late };
}

async function refuseToStart(): Promise<never> {
  throw new Error('no workflow can be started here');
}

/** Resolves when the role has been waited for long enough after its signal fired. */
async function waitInVain(signal: AbortSignal, programs: Programs, graceMs: number): Promise<undefined> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const pause = (ms: number) => sleep(ms, undefined, { ref: false });
  await Promise.all([pause(graceMs), programs.close().then(() => pause(afterProgramsMs))]);
}

/** Starts a function that asks for a thread of its own. */
function isolate(
  { run, isolate: module }: FunctionRole<unknown>,
  context: RoleContext<unknown>,
  processes: RoundProcesses,
  print: Print,
): Isolated | undefined {
  if (module === undefined) return undefined;
  processes.expectOthers();
  return runIsolated({ module, name: run.name }, context, processes.environment, print);
}

async function play(
  role: LocalRole<unknown>,
  context: RoleContext<unknown>,
  programs: Programs,
  thread: Isolated | undefined,
): Promise<RoleResult> {
  const startedAt = performance.now();
  const end = async (): Promise<Omit<RoleResult, 'durationMs'>> => {
    if (role.type === 'function') {
      const output = toOutput(await (thread ? thread.result : role.run(context)));
      return { outcome: 'succeeded', output, error: null };
    }
    if (role.type === 'http') {
      const answer = await sendRequest(role.spec(context), context);
      const error = describeStatus(answer);
      return { outcome: error === null ? 'succeeded' : 'failed', output: toOutput(answer), error };
    }
    const { result, problem } = await programs.run(role.spec(context));
    const error = problem ?? describeExit(result.exitCode, result.signal);
    return { outcome: error === null ? 'succeeded' : 'failed', output: toOutput(result), error };
  };
  const ended = await end().catch((error) => ({
    outcome: 'failed' as const,
    output: null,
    error: describeError(error),
  }));
  return { ...ended, durationMs: Math.round(performance.now() - startedAt) };
}

function describeExit(exitCode: number | null, signal: string | null): string | null {
  if (exitCode === 0) return null;
  return exitCode === null ? `was killed by ${signal ?? 'a signal'}` : `exited with code ${exitCode}`;
}
