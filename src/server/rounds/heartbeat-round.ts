import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { Key, type PulseEvent } from '#domain/event.ts';
import { isJsonObject, makeStorable } from '#domain/json.ts';
import { control, splitKind } from '#domain/kind.ts';
import { OutputStream } from '#domain/output.ts';
import { seeAdapter } from '../adapters/see-adapter.ts';
import { type FoundLease, findLease } from '../leases/find-lease.ts';
import { renewLeases } from '../leases/renew-leases.ts';
import { writeOutput } from '../output/write-output.ts';
import type { Pulse } from '../pulse.ts';
import { workflowNotFound } from '../workflows/get.ts';
import { pollsOf } from './polls.ts';
import { Count, LeaseMs, toWorker, WorkerName } from './worker.ts';

/** As what an adapter's roles print is kept. */
const printedBytes = 16 * 1024;

const Printed = z.strictObject({
  stream: OutputStream,
  text: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= printedBytes, `must be at most ${printedBytes} bytes`)
    .transform(makeStorable),
  /** How many bytes of UTF-8 the round had printed when this was over. By it a part that is sent again is known. */
  endByte: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
});

export const HeartbeatRound = z.strictObject({
  worker: WorkerName,
  key: Key,
  epoch: Count,
  leaseMs: LeaseMs,
  /** How long to wait for an abort before answering that there was none; a third of `leaseMs` at most. */
  waitMs: z.int().min(0).max(10_000).default(0),
  /** What the role has printed since the last one. */
  output: z.array(Printed).max(100).default([]),
});
type HeartbeatRound = z.output<typeof HeartbeatRound>;

type Lease = { key: string; epoch: number; adapterId: string };

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
  { worker, key, epoch, leaseMs, waitMs, output }: HeartbeatRound,
  account: Actor,
  signal: AbortSignal,
): Promise<{ abort: RoundAbort | null }> {
  const lease = { key, epoch, adapterId: toWorker(account, worker).id };
  const poll = await pollsOf(pulse).forRound(key);
  try {
    const found = await findLease(pulse, lease);
    if (!found) throw workflowNotFound(key);
    await keepOutput(pulse, lease, found, output);
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
  if (!found.isTheirs || !found.isCurrent) return toAbort('lost');
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

/** What a role prints while it is being stopped is kept too. */
async function keepOutput(
  pulse: Pulse,
  { key, epoch }: Lease,
  { round, role, isTheirs }: FoundLease,
  output: HeartbeatRound['output'],
): Promise<void> {
  if (output.length === 0 || role === null || !isTheirs) return;
  const at = new Date();
  const toChunk = ({ stream, text, endByte }: z.output<typeof Printed>) => {
    const bytes = Buffer.byteLength(text);
    return { key, epoch, round, role, stream, text, bytes, endByte, at };
  };
  await writeOutput(pulse, output.map(toChunk));
}

async function renew(pulse: Pulse, { key, epoch, adapterId }: Lease, ttlMs: number): Promise<RoundAbort | null> {
  const [held] = await Promise.all([
    renewLeases(pulse, { adapterId, keys: [key], ttlMs }),
    seeAdapter(pulse, adapterId),
  ]);
  return held.some((lease) => lease.epoch === epoch) ? null : toAbort('lost');
}
