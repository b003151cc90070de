import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '#domain/json.ts';
import type { OutputStream } from '#domain/output.ts';
import type { CommandResult, CommandSpec } from '#domain/role.ts';
import { makeChildEnvironment } from './child-environment.ts';
import { type GroupEnd, isGroupEmptyWithin, stopGroup } from './processes/process-group.ts';
import type { RoundProcesses } from './processes/round-processes.ts';
import { createRoundFiles, type RoundFiles } from './round-files.ts';
import { keepTail } from './tail-text.ts';

/** The round that a program runs for. */
export interface CommandContext {
  key: string;
  round: number;
  role: string;
  input: Json;
  signal: AbortSignal;
  processes: RoundProcesses;
  /** Takes what it prints as it comes, and never waits. Default: only the last of it is kept, for its result. */
  print?: ((stream: OutputStream, bytes: Buffer) => void) | undefined;
}

/** How a program's run ended. */
export interface CommandEnd {
  result: CommandResult;
  /** Why its result could not be taken, or null. */
  problem: string | null;
  /** What it took to stop it, or null when nobody asked for that. */
  stoppedBy: GroupEnd | null;
}

const outputBytes = 16 * 1024;
const defaultGraceMs = 2_000;
/** How long children may outlive the program they came from. */
const leftoverMs = 200;

/**
 * Runs a program in a session of its own and waits until its whole process group is gone.
 *
 * When the signal fires everything of the round is stopped with it: SIGTERM, and SIGKILL after the grace. What the program
 * leaves running in its group when it exits is stopped too; what left its group, when the round's processes are stopped.
 * **Errors** rejects with a sentence for people when it can't be started, and with the signal's reason when that has fired before.
 */
export async function runCommand(spec: CommandSpec, context: CommandContext): Promise<CommandEnd> {
  await checkDirectory(spec.cwd);
  const files = await createRoundFiles(context.input);
  try {
    context.signal.throwIfAborted();
    const end = await runGroup(spec, context, files);
    const result = await files.readResult().catch((error: Error) => error);
    return result instanceof Error
      ? { ...end, problem: result.message }
      : { ...end, result: { ...end.result, result }, problem: null };
  } finally {
    await files.remove();
  }
}

async function checkDirectory(cwd: string | undefined): Promise<void> {
  if (cwd === undefined) return;
  const stats = await stat(cwd).catch(() => undefined);
  if (!stats) throw new Error(`the working directory ${cwd} does not exist`);
  if (!stats.isDirectory()) throw new Error(`the working directory ${cwd} is not a directory`);
}

async function runGroup(spec: CommandSpec, context: CommandContext, files: RoundFiles): Promise<CommandEnd> {
  const startedAt = performance.now();
  const graceMs = spec.graceMs ?? defaultGraceMs;
  const { child, over, groupId, stdout, stderr } = await start(spec, context, files, graceMs);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { signal, processes } = context;
  let stopped: Promise<GroupEnd> | undefined;
  const aborted = new Promise<void>((resolve) => {
    const onAbort = () => {
      stopped = processes.stop();
      resolve();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    closed.then(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  });
  await Promise.race([ended, aborted]);
  if (!stopped && !(await isGroupEmptyWithin(groupId, leftoverMs))) await stopGroup(groupId, graceMs);
  const stoppedBy = (await stopped) ?? null;
  over();
  await Promise.race([closed, sleep(leftoverMs)]);
  child.stdout?.destroy(); // Whoever left the group may hold the pipes open; the round doesn't wait for it.
  child.stderr?.destroy();
  return {
    result: {
      exitCode: child.exitCode,
      signal: child.signalCode,
      stdout: stdout(),
      stderr: stderr(),
      result: null,
      durationMs: Math.round(performance.now() - startedAt),
    },
    problem: null,
    stoppedBy,
  };
}

async function start(spec: CommandSpec, context: CommandContext, files: RoundFiles, graceMs: number) {
  const [program, ...args] = typeof spec.run === 'string' ? ['sh', '-c', spec.run] : spec.run;
  const env = makeChildEnvironment(process.env, spec.env ?? {}, {
    PULSE_KEY: context.key,
    PULSE_ROUND: String(context.round),
    PULSE_ROLE: context.role,
    PULSE_INPUT: files.inputPath,
    PULSE_RESULT: files.resultPath,
    ...context.processes.environment,
  });
  const stdio: StdioOptions = [spec.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
  const launch = () => spawn(program as string, args, { cwd: spec.cwd, env, detached: true, stdio });
  try {
    const { child, over } = context.processes.start(launch, graceMs);
    const stdout = keepTail(child.stdout as NonNullable<typeof child.stdout>, outputBytes);
    const stderr = keepTail(child.stderr as NonNullable<typeof child.stderr>, outputBytes);
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream]?.on('data', (bytes: Buffer) => context.print?.(stream, bytes));
    child.stdin?.on('error', () => {}); // A program need not read what it is given.
    child.stdin?.end(spec.stdin);
    await once(child, 'spawn');
    return { child, over, groupId: child.pid as number, stdout, stderr };
  } catch (error) {
    throw new Error(`${program} could not be started: ${(error as Error).message}`, { cause: error });
  }
}
