import { runCommand } from '#adapter/command.ts';
import { describeStatus, sendRequest } from '#adapter/http-request.ts';
import { openRoundProcesses } from '#adapter/processes/round-processes.ts';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { Json } from '#domain/json.ts';
import type { Decision, OutsideEvent, RoundResult, WaitResult } from '#domain/moderator.ts';
import type { CommandSpec, Role, RoleContext } from '#domain/role.ts';

/** What a test runs a definition with. */
export interface TestRun<Input> {
  key: string;
  input: Input;
  home: string;
  /** Finished rounds to go on from. Default: none. */
  history?: readonly RoundResult[];
  /** What has come from outside, and which waits are over. Default: nothing. */
  events?: readonly OutsideEvent[];
  waits?: readonly WaitResult[];
  /** Rounds to stop after, without an end. Default: the definition's. */
  maxRounds?: number;
  signal?: AbortSignal;
}

/**
 * Runs a definition in this process, with real programs and no log, until it ends, waits, or its rounds are used up.
 *
 * Delays and retry policies are left out, and a role that starts a workflow fails: where those matter, test it with `pulse/testing`.
 */
export async function runDefinition<Input>(
  definition: WorkflowDefinition<Input>,
  run: TestRun<Input>,
): Promise<{ history: RoundResult[]; end: string | null }> {
  const history = [...(run.history ?? [])];
  while (history.length < (run.maxRounds ?? definition.maxRounds)) {
    const decision = decide(definition, run, history);
    if ('end' in decision) return { history, end: decision.end };
    if ('wait' in decision) return { history, end: null };
    history.push(await runRound(definition, { ...run, history }, decision.role));
  }
  const decision = decide(definition, run, history);
  return { history, end: 'end' in decision ? decision.end : null };
}

function decide<Input>(
  definition: WorkflowDefinition<Input>,
  { key, input, events = [], waits = [] }: TestRun<Input>,
  history: RoundResult[],
): Decision {
  return definition.moderator({ key, input, round: history.length + 1, history, events, waits });
}

/** Runs one round of one role. **Shape** the finished round; a role that throws has failed. */
export async function runRound<Input>(
  definition: WorkflowDefinition<Input>,
  { key, input, home, history = [], events = [], waits = [], signal = new AbortController().signal }: TestRun<Input>,
  role: string,
): Promise<RoundResult> {
  const roles = typeof definition.roles === 'function' ? definition.roles(input) : definition.roles;
  const found = roles[role];
  if (!found) throw new Error(`${definition.name} has no role ${role}`);
  const round = history.length + 1;
  const processes = openRoundProcesses();
  const exec = async (spec: CommandSpec) => {
    const { result } = await runCommand(spec, { key, round, role, input: input as Json, signal, processes });
    return result;
  };
  const start = () =>
    Promise.reject(new Error('no workflow can be started without a server: test it with pulse/testing'));
  const idempotencyKey = `${key} ${round}`;
  const outside = { history, events, waits, idempotencyKey };
  const context = { key, input, round, role, ...outside, signal, home, exec, start, log: () => {} };
  try {
    return { round, role, ...(await runRole(found, context)) };
  } catch (error) {
    return { round, role, outcome: 'failed', output: null, error: error instanceof Error ? error.message : `${error}` };
  } finally {
    await processes.stop();
  }
}

async function runRole<Input>(
  role: Role<Input>,
  context: RoleContext<Input>,
): Promise<Pick<RoundResult, 'outcome' | 'output' | 'error'>> {
  if (role.type === 'remote') throw new Error('a remote role is run by a worker');
  if (role.type === 'function') return { outcome: 'succeeded', output: (await role.run(context)) ?? null, error: null };
  if (role.type === 'http') {
    const answer = await sendRequest(role.spec(context), context);
    const error = describeStatus(answer);
    return { outcome: error === null ? 'succeeded' : 'failed', output: { ...answer }, error };
  }
  const result = await context.exec(role.spec(context));
  const failed = result.exitCode !== 0;
  const error = failed ? `exit code ${result.exitCode}` : null;
  return { outcome: failed ? 'failed' : 'succeeded', output: { ...result }, error };
}
