import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { isPulseError, PulseError } from '#domain/errors.ts';
import { Key, type PulseEvent } from '#domain/event.ts';
import { jsonUpTo, makeStorable } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import { timedOut } from '#domain/run-history.ts';
import { renewLeases } from '../leases/renew-leases.ts';
import type { Pulse } from '../pulse.ts';
import { getWorkflow } from '../workflows/get.ts';
import { takeOne } from '../workflows/start.ts';
import { type BegunRound, findBegunRound } from './find-begun-round.ts';
import { Count, refusedPauseMs, toWorker, WorkerName } from './worker.ts';

const errorCharacters = 2_000;
const lease = { worker: WorkerName, key: Key, epoch: Count, round: Count };
const Milliseconds = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const result = {
  ...lease,
  /** Leaves room in the payload for everything beside it. */
  output: z.prefault(jsonUpTo(limits.payloadBytes - 16 * 1024), null),
  /** Default: since the round was claimed. */
  durationMs: Milliseconds.optional(),
};

/** What came of a round: what its role returned, why it failed, or how it was stopped. */
export const ReportRound = z.discriminatedUnion('outcome', [
  z.strictObject({ ...result, outcome: z.literal('succeeded') }),
  z.strictObject({
    ...result,
    outcome: z.literal('failed'),
    /** The last 2,000 characters are kept, where programs say what went wrong. */
    error: z
      .string()
      .min(1)
      .transform((text) => [...makeStorable(text)].slice(-errorCharacters).join('')),
  }),
  z.strictObject({
    ...lease,
    outcome: z.literal('stopped'),
    how: z.enum(['returned', 'SIGTERM', 'SIGKILL', 'terminated', 'abandoned']),
    /** From when the worker heard that it has to stop. */
    tookMs: Milliseconds.nullable().default(null),
  }),
]);
type ReportRound = z.output<typeof ReportRound>;
type Result = Exclude<ReportRound, { outcome: 'stopped' }>;

/**
 * Records what came of a round that a worker ran, and gives the workflow back.
 *
 * The result is `<name>.<role>`, fenced by the epoch. When it is refused since the workflow was aborted or ended meanwhile, the
 * round is recorded as stopped. A worker that was told to stop, or stops by itself, reports `stopped`: then that is
 * `__stopped__`, and a workflow that is active has a lost round.
 *
 * **Shape** the event. A report that is repeated gets the first one's.
 * **Errors** `NOT_FOUND` for a round that the worker has not claimed; `GUARD_REJECTED` when it is no longer the worker's, which
 * is on the trail; `INVALID_INPUT` when the output is too large; `UNAVAILABLE`: report it again.
 */
export async function reportRound(pulse: Pulse, report: ReportRound, account: Actor): Promise<{ event: PulseEvent }> {
  const worker = toWorker(account, report.worker);
  const { key, round } = report;
  const begun = await findBegunRound(pulse, { key, round, adapterId: worker.id });
  if (!begun) {
    const message = `Round ${round} of '${key}' was never claimed by the worker '${worker.id}'`;
    throw new PulseError('NOT_FOUND', message, { what: 'round', id: `${key} ${round}` });
  }
  const reported = { worker, begun, report };
  if (report.outcome === 'stopped') return recordStopped(pulse, reported, report);
  try {
    return await recordResult(pulse, { ...reported, report });
  } catch (error) {
    if (isPulseError(error, 'GUARD_REJECTED')) await settleRefused(pulse, reported, error.details.guard);
    throw error;
  }
}

interface Reported<R = ReportRound> {
  worker: Actor;
  begun: BegunRound;
  report: R;
}

async function recordResult(pulse: Pulse, { worker, begun, report }: Reported<Result>): Promise<{ event: PulseEvent }> {
  const { key, epoch, round, outcome, output, durationMs = Date.now() - begun.begunAt.getTime() } = report;
  const error = report.outcome === 'failed' ? report.error : null;
  const payload = { round, role: begun.role, outcome, output, error, durationMs: Math.max(0, durationMs) };
  const events = [{ kind: `${begun.name}.${begun.role}`, payload }];
  const commandId = nameCommand(worker, report, 'result');
  return {
    event: takeOne(await pulse.append({ key, events, actor: worker, epoch, commandId, handsBack: true })).event,
  };
}

/** The role whose result was refused has returned, so it is dead. If a guard is against it, a pause is better than to run it again. */
async function settleRefused(pulse: Pulse, reported: Reported, guard: string): Promise<void> {
  const { worker, begun, report } = reported;
  const { status, role, round, endedAt } = await getWorkflow(pulse, report);
  if (role !== begun.role || round !== report.round) return; // Somebody else has recorded how it ended.
  const isActive = status === 'active';
  if (isActive && guard === 'lease') return; // Whoever has the workflow now does.
  const tookMs = isActive ? 0 : Math.max(0, Date.now() - Date.parse(endedAt ?? ''));
  try {
    await recordStopped(pulse, reported, { how: 'returned', tookMs }, { handsBack: false });
    if (isActive) await renewLeases(pulse, { adapterId: worker.id, keys: [report.key], ttlMs: refusedPauseMs });
  } catch (error) {
    if (!isPulseError(error, 'GUARD_REJECTED')) throw error; // Somebody was faster.
  }
}

/** While the workflow is active only under the epoch; afterwards nothing can follow but this, once, and the guards see to that. */
async function recordStopped(
  pulse: Pulse,
  { worker, begun, report }: Reported,
  { how, tookMs }: { how: string; tookMs: number | null },
  { handsBack = true } = {},
): Promise<{ event: PulseEvent }> {
  const { key, epoch, round } = report;
  const { status } = await getWorkflow(pulse, { key });
  const isLate = begun.deadline !== null && Date.now() >= Date.parse(begun.deadline);
  const payload = { round, role: begun.role, how, tookMs, ...(isLate && { reason: timedOut }) };
  const events = [{ kind: `${begun.name}.${control.stopped}`, payload }];
  const commandId = nameCommand(worker, report, `stopped ${status}`);
  const fence = status === 'active' ? { epoch, handsBack } : {};
  return { event: takeOne(await pulse.append({ key, events, actor: worker, commandId, ...fence })).event };
}

/** The same report, the same name: so it can be repeated. */
function nameCommand(worker: Actor, { key, epoch, round }: ReportRound, what: string): string {
  return `round-${hash('sha256', JSON.stringify([worker.id, key, epoch, round, what]))}`;
}
