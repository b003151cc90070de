import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { isPulseError } from '#domain/errors.ts';
import { findTextProblem, type Json } from '#domain/json.ts';
import { control, isName, splitKind } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import type { RoundResult } from '#domain/moderator.ts';
import { emptyRun, foldRun } from '#domain/run-history.ts';
import type { Wait } from '#domain/wait.ts';
import { forgetIdleAdapter } from '../adapters/forget-idle-adapter.ts';
import { registerAdapter } from '../adapters/register-adapter.ts';
import { claimOffered } from '../leases/claim-offered.ts';
import type { Limits } from '../leases/claim-workflows.ts';
import { type Look, lookAtWorkflows } from '../leases/look-at-workflow.ts';
import { releaseLease } from '../leases/release-lease.ts';
import { renewLeases } from '../leases/renew-leases.ts';
import type { Pulse } from '../pulse.ts';
import { pollsOf } from './polls.ts';
import { reportRound } from './report-round.ts';
import { LeaseMs, refusedPauseMs, toWorker, WorkerName } from './worker.ts';

const Text = z
  .string()
  .max(200)
  .refine((text) => !findTextProblem(text), 'must be plain text');
const RoleKind = z
  .string()
  .max(limits.kindCharacters)
  .refine((kind) => {
    const segments = kind.split('.');
    return segments.length === 2 && segments.every(isName);
  }, 'must be <definition>.<role>, such as report.summarize');

export const ClaimRound = z.strictObject({
  worker: WorkerName,
  /** Where it runs, for those who look at the list of adapters. */
  host: Text.min(1),
  pid: z
    .int()
    .nonnegative()
    .max(2 ** 31 - 1),
  version: Text.default(''),
  /** How many rounds it runs at once, for the same. */
  capacity: z.int().min(1).max(10_000).default(1),
  /** What it can run, as `<definition>.<role>`. */
  roles: z.array(RoleKind).min(1).max(100),
  leaseMs: LeaseMs,
  /** How long to wait for a round when there is none now. */
  waitMs: z.int().min(0).max(30_000).default(0),
});
type ClaimRound = z.output<typeof ClaimRound>;

/** A round that a worker is to run. */
export interface ClaimedRound {
  key: string;
  /** The definition's name. */
  name: string;
  round: number;
  role: string;
  /** Fences what the worker reports: an abort raises it, and so does whoever takes the round over. */
  epoch: number;
  input: Json;
  /** The finished rounds, oldest first: the latest of them, as many as fit into about 1 MiB. */
  history: RoundResult[];
  /** When its time is up; null when it has as long as it takes. */
  deadline: string | null;
}

/** However nobody tells of work, it is looked for so often; and that the worker is there is recorded. */
const lookAgainMs = 10_000;
const historyCharacters = 1024 * 1024;

/**
 * Gives a worker in another process a round to run, as soon as one of its roles is due: a long poll.
 *
 * It appends `__round__`, and the workflow's lease is the worker's for `leaseMs`, until `round.heartbeat` renews it.
 * **Shape** `round` is null when there was none in time.
 * **Errors** `UNAVAILABLE`, with `retryAfterMs` when too many wait.
 */
export async function claimRound(
  pulse: Pulse,
  input: ClaimRound,
  account: Actor,
  signal: AbortSignal,
): Promise<{ round: ClaimedRound | null }> {
  const worker = toWorker(account, input.worker);
  const { host, pid, version, capacity, roles: definitions } = input;
  const registration = { id: worker.id, host, pid, version, capacity, definitions, allowsCommands: false };
  const untilMs = performance.now() + input.waitMs;
  const limits = findLimits(pulse, input.roles);
  const poll = await pollsOf(pulse).forOffer(input.roles, [...limits.keys()]);
  try {
    for (;;) {
      await registerAdapter(pulse, registration);
      const round = await takeOffer(pulse, input, limits, worker);
      const leftMs = untilMs - performance.now();
      if (!signal.aborted && (round || leftMs <= 0)) return { round };
      if (round) await handBack(pulse, input, account, round);
      if (!signal.aborted) await poll.wait(Math.min(leftMs, lookAgainMs), signal);
      if (signal.aborted) {
        await forgetIdleAdapter(pulse, worker.id);
        return { round: null };
      }
    }
  } finally {
    poll.leave();
  }
}

/** Claims what is offered and records that its round begins; null when there is nothing, or it can't begin. */
async function takeOffer(
  pulse: Pulse,
  { roles, leaseMs }: ClaimRound,
  limits: Limits,
  worker: Actor,
): Promise<ClaimedRound | null> {
  const claim = await claimOffered(pulse, { adapterId: worker.id, roles, limits, ttlMs: leaseMs });
  if (!claim) return null;
  const { key, name, epoch, offered } = claim;
  const lease = { key, adapterId: worker.id, epoch };
  const [{ status, events }] = (await lookAtWorkflows(pulse, [{ key, after: emptyRun }])) as [Look];
  const run = events.reduce(foldRun, emptyRun);
  if (status !== 'active' || run.wait?.reason !== 'worker' || run.wait.kind !== offered) {
    await releaseLease(pulse, lease);
    return null;
  }
  const round = { round: run.round + 1, role: splitKind(offered).tail };
  const deadline = findDeadline(run.wait);
  const payload = { ...round, adapter: worker.id, ...(deadline !== null && { deadline }) };
  const begun = [{ kind: `${name}.${control.round}`, payload }];
  try {
    await pulse.append({ key, events: begun, actor: worker, epoch });
  } catch (error) {
    if (!isPulseError(error, 'GUARD_REJECTED')) throw error;
    if (error.details.guard !== 'lease')
      await renewLeases(pulse, { adapterId: worker.id, keys: [key], ttlMs: refusedPauseMs });
    return null;
  }
  return { key, name, ...round, epoch, input: run.input, history: takeLatest(run.history), deadline };
}

/** The limits of the definitions that some roles belong to. */
function findLimits({ definitions }: Pulse, roles: readonly string[]): Limits {
  const names = new Set(roles.map((role) => splitKind(role).name));
  const limited = definitions.definitions.filter(({ name, limit }) => names.has(name) && limit !== undefined);
  return new Map(limited.map(({ name, limit }) => [name, limit as number]));
}

/** The role's time is up, or the workflow's, whichever comes first. */
function findDeadline({ timeoutMs, resumeAt }: Wait): string | null {
  const ends = [resumeAt, timeoutMs === undefined ? null : new Date(Date.now() + timeoutMs).toISOString()];
  return ends.filter((end) => end !== null).sort()[0] ?? null;
}

/** The client went away before it heard of its round: nobody runs it, which the log should tell now rather than later. */
async function handBack(pulse: Pulse, { worker }: ClaimRound, account: Actor, round: ClaimedRound): Promise<void> {
  const { key, epoch } = round;
  const stopped = { outcome: 'stopped', how: 'returned', tookMs: 0 } as const;
  await reportRound(pulse, { worker, key, epoch, round: round.round, ...stopped }, account);
}

function takeLatest(history: readonly RoundResult[]): RoundResult[] {
  let characters = 0;
  const first = history.findLastIndex((result) => {
    characters += JSON.stringify(result).length;
    return characters > historyCharacters;
  });
  return history.slice(first + 1);
}
