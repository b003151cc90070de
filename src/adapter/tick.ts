import type { WorkflowDefinition } from '#domain/definition.ts';
import { describeIssue } from '#domain/issue.ts';
import { isName } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import type { Decision } from '#domain/moderator.ts';
import { decideRetry, type RetryPolicy } from '#domain/retry.ts';
import type { LocalRole, RemoteRole, Role, RoleContext } from '#domain/role.ts';
import { endWait, type Run, timedOut } from '#domain/run-history.ts';
import { Wait, waitUntil } from '#domain/wait.ts';
import { makeIdempotencyKey } from './idempotency-key.ts';
import { describeError } from './output.ts';

/** What a role is told of its round. */
export type RoundContext = Omit<RoleContext<unknown>, 'signal' | 'home' | 'exec' | 'start' | 'log'>;

/** What one tick does. */
export type Step =
  /** Nothing: the workflow is aborted or ended. */
  | { do: 'leave' }
  /** Records that a round is dead which its adapter left open. */
  | { do: 'record-lost'; round: number; role: string }
  | { do: 'end'; outcome: string; error: string | null }
  /** Gives the workflow back until an event or a time. */
  | { do: 'wait'; wait: Wait }
  /** `leftMs` is how long the workflow may still take; infinity without a limit. */
  | {
      do: 'round';
      role: LocalRole<unknown>;
      context: RoundContext;
      leftMs: number;
    };

/**
 * Decides a tick from the `workflow-lifecycle` status, what the log tells of the run, and the time by the database's clock.
 *
 * The retry policies come before the moderator, and the moderator's end before limits on rounds and time.
 *
 * That a wait's time is over is the one thing that the log need not tell: whatever is appended next tells it.
 * A round that is open when a tick begins is nobody's: the adapter that ran it is gone. A definition that throws, or answers
 * what can't be done, ends the workflow with outcome `failed`, since it would do the same again.
 */
export function decideTick(key: string, status: string, run: Run, definition: WorkflowDefinition, nowMs: number): Step {
  if (run.open) return { do: 'record-lost', ...run.open };
  if (status !== 'active') return { do: 'leave' };
  if (run.wait && !isOver(run.wait, nowMs)) return { do: 'wait', wait: run.wait };
  try {
    return decideActive(key, endWait(run, null), definition, nowMs);
  } catch (error) {
    return { do: 'end', outcome: 'failed', error: describeError(error) };
  }
}

function isOver({ resumeAt }: Wait, nowMs: number): boolean {
  return resumeAt !== null && Date.parse(resumeAt) <= nowMs;
}

function decideActive(key: string, run: Run, definition: WorkflowDefinition, nowMs: number): Step {
  const input = parseInput(run, definition);
  const roles = typeof definition.roles === 'function' ? definition.roles(input) : definition.roles;
  const { history, events, waits } = run;
  const context = { key, input, round: run.round + 1, history, events, waits };
  const retry = decideRetry(history, (name) => findPolicy(definition, roles, name));
  const decision = retry
    ? { role: retry.role, delayMs: retry.backoffMs }
    : checkDecision(definition.moderator(context));
  if ('end' in decision) return { do: 'end', outcome: decision.end, error: null };
  const deadlineMs = findDeadline(run, definition);
  if (nowMs >= deadlineMs) return { do: 'end', outcome: timedOut, error: null };
  if ('wait' in decision) return { do: 'wait', wait: toWait(decision, nowMs, deadlineMs) };
  const role = findRole(definition.name, roles, decision.role);
  const maxRounds = run.maxRounds ?? definition.maxRounds;
  if (run.round >= maxRounds) return { do: 'end', outcome: 'max-rounds', error: null };
  const delayMs = decision.delayMs ?? (run.round > 0 ? definition.delayMs : 0) ?? 0;
  const readyAtMs = Math.min(run.readyAtMs + delayMs, deadlineMs);
  // Without a delay it waits for no time at all: the event before may be dated by a clock that is ahead of the database's.
  const wait = delayMs > 0 ? waitUntil(readyAtMs, nowMs, retry ? 'retry' : 'delay') : null;
  if (wait) return { do: 'wait', wait };
  if (role.type === 'remote')
    return { do: 'wait', wait: offer(`${definition.name}.${decision.role}`, role, deadlineMs) };
  const firstTry = retry ? context.round - retry.attempt + 1 : context.round;
  const idempotencyKey = makeIdempotencyKey(key, run.startedAt, firstTry);
  return {
    do: 'round',
    role,
    context: { ...context, role: decision.role, idempotencyKey },
    leftMs: deadlineMs - nowMs,
  };
}

/** Waits for the role's own event, which a worker's round brings. */
function offer(kind: string, { timeoutMs }: RemoteRole, deadlineMs: number): Wait {
  return { kind, resumeAt: toMoment(deadlineMs), reason: 'worker', ...(timeoutMs !== undefined && { timeoutMs }) };
}

function toMoment(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

/** When a workflow's time is up, in milliseconds since 1970; infinity when it has as long as it takes. */
export function findDeadline({ startedAt, timeoutMs }: Run, definition: WorkflowDefinition): number {
  const allowedMs = timeoutMs ?? definition.timeoutMs;
  if (startedAt === null || allowedMs === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(startedAt) + allowedMs;
}

/** No wait is longer than the workflow may take. */
function toWait({ wait, timeoutMs }: Extract<Decision, { wait: string }>, nowMs: number, deadlineMs: number): Wait {
  const resumeAt = toMoment(Math.min(nowMs + (timeoutMs ?? Number.POSITIVE_INFINITY), deadlineMs));
  const { data, error } = Wait.safeParse({ kind: wait, resumeAt, reason: 'event' });
  if (data) return data;
  throw new Error(`its moderator asked to wait for '${wait}': ${error?.issues[0]?.message}`);
}

function parseInput({ input }: Run, definition: WorkflowDefinition): unknown {
  const parsed = definition.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${describeIssue(issue)}`);
  throw new Error(`its input does not fit the definition ${definition.name}: ${issues.join('; ')}`);
}

function checkDecision(decision: Decision | undefined): Decision {
  if (decision && 'end' in decision && typeof decision.end === 'string' && decision.end !== '') return decision;
  if (decision && 'role' in decision && typeof decision.role === 'string') {
    checkTime('delayMs', decision.delayMs, 0);
    return decision;
  }
  if (decision && 'wait' in decision && typeof decision.wait === 'string') {
    checkTime('timeoutMs', decision.timeoutMs, 1);
    return decision;
  }
  throw new Error('its moderator answered neither {role} nor {wait} nor {end}');
}

function checkTime(name: string, timeMs: number | undefined, shortestMs: number): void {
  if (timeMs === undefined || (timeMs >= shortestMs && timeMs <= limits.timeoutMs)) return;
  throw new Error(
    `its moderator answered ${timeMs} as ${name}, which must be from ${shortestMs} to ${limits.timeoutMs}`,
  );
}

type Roles = Record<string, Role<unknown>>;

function getRole(roles: Roles, name: string): Role<unknown> | undefined {
  return Object.hasOwn(roles, name) ? roles[name] : undefined;
}

/** None for a role that the definition does not have any more. */
function findPolicy({ retry }: WorkflowDefinition, roles: Roles, roleName: string): RetryPolicy | undefined {
  const role = getRole(roles, roleName);
  return role && (role.retry ?? retry);
}

function findRole(name: string, roles: Roles, roleName: string): Role<unknown> {
  const role = getRole(roles, roleName);
  if (!role) throw new Error(`its moderator asked for the role '${roleName}', which ${name} does not have`);
  if (!isName(roleName))
    throw new Error(`'${roleName}' cannot name a role: use letters, digits, _ and -, and not __ at the beginning`);
  return role;
}
