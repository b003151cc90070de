import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandSpec, ModeratorContext, Role, RoleContext } from '#domain/definition.ts';
import type { Json } from '#domain/json.ts';
import { type CommandContext, type CommandEnd, runCommand } from './command.ts';
import { describeError, toOutput } from './output.ts';
import type { GroupEnd } from './process-group.ts';

/** What a role did, as its event tells it. */
export interface RoleResult {
  outcome: 'succeeded' | 'failed';
  output: Json;
  error: string | null;
  durationMs: number;
}

/** How a role's run ended. */
export type RoleEnd =
  | { type: 'finished'; result: RoleResult }
  /** It was stopped; `late` is what an abandoned role may still come to. */
  | { type: 'stopped'; how: GroupEnd; late: Promise<RoleResult> | null };

export interface RoleRun {
  role: Role<unknown>;
  context: ModeratorContext<unknown> & { role: string };
  /** The input as the log has it, for programs. */
  input: Json;
  home: string;
  signal: AbortSignal;
  /** How long a function may take to heed its signal. Default: 2000. */
  graceMs?: number;
}

/** How long a function may go on after the last of its programs was stopped. */
const afterProgramsMs = 250;

/**
 * Runs a role to its end, or until its signal fires and it is stopped.
 *
 * Programs are dead when this resolves. A function that does not heed its signal is waited for no longer than the
 * grace and its programs need: then it is abandoned. Never rejects: a role that throws has failed.
 */
export async function runRole(run: RoleRun): Promise<RoleEnd> {
  const { signal, graceMs = 2_000 } = run;
  if (signal.aborted) return { type: 'stopped', how: 'returned', late: null };
  const programs = openPrograms(run);
  const playing = play(run, programs);
  const result = await Promise.race([playing, abandon(signal, programs, graceMs)]);
  const how = await programs.close();
  if (!signal.aborted && result) return { type: 'finished', result };
  return result ? { type: 'stopped', how, late: null } : { type: 'stopped', how: 'abandoned', late: playing };
}

/** Resolves when the role has been waited for long enough after its signal fired. */
async function abandon(signal: AbortSignal, programs: Programs, graceMs: number): Promise<undefined> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const pause = (ms: number) => sleep(ms, undefined, { ref: false });
  await Promise.all([pause(graceMs), programs.close().then(() => pause(afterProgramsMs))]);
}

async function play({ role, context, home, signal }: RoleRun, programs: Programs): Promise<RoleResult> {
  const startedAt = performance.now();
  const roleContext: RoleContext<unknown> = { ...context, signal, home, exec: programs.exec };
  const end = async (): Promise<Omit<RoleResult, 'durationMs'>> => {
    if (role.type === 'function')
      return { outcome: 'succeeded', output: toOutput(await role.run(roleContext)), error: null };
    const { result, problem } = await programs.run(role.spec(roleContext));
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

/** The programs of one round. */
interface Programs {
  run(spec: CommandSpec): Promise<CommandEnd>;
  exec: RoleContext<unknown>['exec'];
  /** Stops those that still run. **Shape** the hardest thing that was needed to stop any of the round. */
  close(): Promise<GroupEnd>;
}

const hardest: GroupEnd[] = ['abandoned', 'SIGKILL', 'SIGTERM'];

function openPrograms({ context, input, signal }: RoleRun): Programs {
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(signal.reason), { once: true });
  const commandContext: CommandContext = { ...context, input, signal: stop.signal };
  const ends: Promise<GroupEnd | null>[] = [];

  async function run(spec: CommandSpec): Promise<CommandEnd> {
    stop.signal.throwIfAborted();
    const running = runCommand(spec, commandContext);
    ends.push(
      running.then(
        ({ stoppedBy }) => stoppedBy,
        () => null,
      ),
    );
    return running;
  }

  return {
    run,
    exec: async (spec) => {
      const { result, problem } = await run(spec);
      stop.signal.throwIfAborted();
      if (problem) throw new Error(problem);
      return result;
    },
    close: async () => {
      stop.abort(new Error('the round is over'));
      const all = await Promise.all(ends);
      return hardest.find((how) => all.includes(how)) ?? 'returned';
    },
  };
}
