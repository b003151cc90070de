import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { Key, type PulseEvent } from '#domain/event.ts';
import { isJsonObject } from '#domain/json.ts';
import { control, splitKind } from '#domain/kind.ts';
import { seeAdapter } from '../adapters/see-adapter.ts';
import { type FoundLease, findLease } from '../leases/find-lease.ts';
import { renewLeases } from '../leases/renew-leases.ts';
import type { Pulse } from '../pulse.ts';
import { workflowNotFound } from '../workflows/get.ts';
import { pollsOf } from './polls.ts';
import { Count, LeaseMs, toWorker, WorkerName } from './worker.ts';

export const HeartbeatRound = z.strictObject({
  worker: WorkerName,
  key: Key,
  epoch: Count,
  leaseMs: LeaseMs,
  /** How long to wait for an abort before answering that there was none; a third of `leaseMs` at most. */
  waitMs: z.int().min(0).max(10_000).default(0),
});
type HeartbeatRound = z.output<typeof HeartbeatRound>;

/** Why a worker must stop the round that it runs. */
export interface RoundAbort {
  /**
   * `aborted`, `ended`: the workflow was. `timed-out`: the time of the round or of the workflow is up. `lost`: the lease ran out,
   * and somebody else has the workflow or had it.
   */
  cause: 'aborted' | 'ended' | 'timed-out' | 'lost';
  /** For the role and for people: of an abort, what its author gave as reason. */
  reason: string;
}

const reasons = {
  aborted: 'the workflow was aborted',
  ended: 'the workflow was ended',
  'timed-out': 'its time is up',
  lost: 'the lease ran out, or the round is over',
} satisfies Record<RoundAbort['cause'], string>;

/**
 * Renews the lease of a round that a worker runs, and answers in the moment in which the worker has to stop: a long poll.
 *
 * From then on nothing is renewed: the worker has until its lease runs out to report that it stopped.
 * **Shape** `abort` is null while the worker may go on.
 * **Errors** `NOT_FOUND` when no workflow has the key; `UNAVAILABLE`, with `retryAfterMs` when too many wait.
 */
export async function heartbeatRound(
  pulse: Pulse,
  { worker, key, epoch, leaseMs, waitMs }: HeartbeatRound,
  account: Actor,
  signal: AbortSignal,
): Promise<{ abort: RoundAbort | null }> {
  const lease = { key, epoch, adapterId: toWorker(account, worker).id };
  const poll = await pollsOf(pulse).forRound(key);
  try {
    const found = await findLease(pulse, lease);
    if (!found) throw workflowNotFound(key);
    const abort = readLease(found) ?? (await renew(pulse, lease, leaseMs));
    if (abort) return { abort };
    const event = await poll.wait(Math.min(waitMs, leaseMs / 3, leftMs(found)), signal);
    return { abort: event ? readEvent(event) : readLease(found) };
  } finally {
    poll.leave();
  }
}

function readLease(found: FoundLease): RoundAbort | null {
  if (found.status === 'aborted') return toAbort('aborted', found.reason);
  if (found.status === 'ended') return toAbort('ended');
  if (!found.isHeld) return toAbort('lost');
  return leftMs(found) <= 0 ? toAbort('timed-out') : null;
}

function readEvent({ kind, payload }: PulseEvent): RoundAbort {
  const { tail } = splitKind(kind);
  if (tail === control.end) return toAbort('ended');
  if (tail !== control.abort) return toAbort('lost');
  const reason = isJsonObject(payload) ? payload.reason : null;
  return toAbort('aborted', typeof reason === 'string' ? reason : null);
}

function toAbort(cause: RoundAbort['cause'], reason: string | null = null): RoundAbort {
  return { cause, reason: reason || reasons[cause] };
}

function leftMs({ deadline }: FoundLease): number {
  return deadline === null ? Number.POSITIVE_INFINITY : Date.parse(deadline) - Date.now();
}

async function renew(
  pulse: Pulse,
  { key, epoch, adapterId }: { key: string; epoch: number; adapterId: string },
  ttlMs: number,
): Promise<RoundAbort | null> {
  const [held] = await Promise.all([
    renewLeases(pulse, { adapterId, keys: [key], ttlMs }),
    seeAdapter(pulse, adapterId),
  ]);
  return held.some((lease) => lease.epoch === epoch) ? null : toAbort('lost');
}
