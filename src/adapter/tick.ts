import type { Decision, ModeratorContext, Role, WorkflowDefinition } from '#domain/definition.ts';
import { isName } from '#domain/kind.ts';
import { type Run, timedOut } from '#domain/run-history.ts';
import { describeError } from './output.ts';

/** What one tick does. */
export type Step =
  /** Nothing: the workflow is aborted or ended. */
  | { do: 'leave' }
  /** Records that a round is dead which its adapter left open. */
  | { do: 'record-lost'; round: number; role: string }
  | { do: 'end'; outcome: string; error: string | null }
  /** `deadlineMs` is when the workflow's time is up, by `Date.now()`; infinity without one. */
  | {
      do: 'round';
      role: Role<unknown>;
      context: ModeratorContext<unknown> & { role: string };
      deadlineMs: number;
    };

/**
 * Decides a tick from the `workflow-lifecycle` status, what the log tells of the run, and the time.
 *
 * A round that is open when a tick begins is nobody's: the adapter that ran it is gone. A definition that throws, or answers
 * what can't be done, ends the workflow with outcome `failed`, since it would do the same again.
 */
export function decideTick(key: string, status: string, run: Run, definition: WorkflowDefinition, nowMs: number): Step {
  if (run.open) return { do: 'record-lost', ...run.open };
  if (status !== 'active') return { do: 'leave' };
  try {
    return decideActive(key, run, definition, nowMs);
  } catch (error) {
    return { do: 'end', outcome: 'failed', error: describeError(error) };
  }
}

function decideActive(key: string, run: Run, definition: WorkflowDefinition, nowMs: number): Step {
  const input = parseInput(run, definition);
  const context = { key, input, round: run.round + 1, history: run.history };
  const decision = checkDecision(definition.moderator(context));
  if ('end' in decision) return { do: 'end', outcome: decision.end, error: null };
  const deadlineMs = findDeadline(run, definition);
  if (nowMs >= deadlineMs) return { do: 'end', outcome: timedOut, error: null };
  const role = findRole(definition, input, decision.role);
  const maxRounds = run.maxRounds ?? definition.maxRounds;
  if (run.round >= maxRounds) return { do: 'end', outcome: 'max-rounds', error: null };
  return { do: 'round', role, context: { ...context, role: decision.role }, deadlineMs };
}

/** When a workflow's time is up, by `Date.now()`; infinity when it has as long as it takes. */
export function findDeadline({ startedAt, timeoutMs }: Run, definition: WorkflowDefinition): number {
  const allowedMs = timeoutMs ?? definition.timeoutMs;
  if (startedAt === null || allowedMs === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(startedAt) + allowedMs;
}

function parseInput({ input }: Run, definition: WorkflowDefinition): unknown {
  const parsed = definition.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  throw new Error(`its input does not fit the definition ${definition.name}: ${issues.join('; ')}`);
}

function checkDecision(decision: Decision | undefined): Decision {
  if (decision && 'end' in decision && typeof decision.end === 'string' && decision.end !== '') return decision;
  if (decision && 'role' in decision && typeof decision.role === 'string') return decision;
  throw new Error('its moderator answered neither {role} nor {end}');
}

function findRole({ roles, name }: WorkflowDefinition, input: unknown, roleName: string): Role<unknown> {
  const known = typeof roles === 'function' ? roles(input) : roles;
  const role = Object.hasOwn(known, roleName) ? known[roleName] : undefined;
  if (!role) throw new Error(`its moderator asked for the role '${roleName}', which ${name} does not have`);
  if (!isName(roleName))
    throw new Error(`'${roleName}' cannot name a role: use letters, digits, _ and -, and not __ at the beginning`);
  return role;
}
