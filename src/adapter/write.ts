import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPulseError } from '#domain/errors.ts';
import type { PulseEvent } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import type { Run } from '#domain/run-history.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';

/** An event of a workflow that an adapter holds: `<name>.<tail>`. */
export interface OwnEvent {
  tail: string;
  payload: Json;
}

/**
 * Appends events of a workflow that this adapter holds, all or none, under the lease's epoch unless told otherwise, and if
 * asked so only as long as nothing has happened after a sequence.
 *
 * **Shape** the events as stored.
 * **Errors** as of an append. `UNAVAILABLE` only once the lease is lost or the adapter stops: until then it tries again,
 * with the same command id.
 */
export async function writeEvents(
  { pulse, actor }: AdapterContext,
  held: Held,
  ownEvents: readonly OwnEvent[],
  { fenced = true, expectedSequence }: { fenced?: boolean; expectedSequence?: number | undefined } = {},
): Promise<PulseEvent[]> {
  const { key, name, epoch } = held;
  const commandId = randomUUID();
  const events = ownEvents.map(({ tail, payload }) => ({ kind: `${name}.${tail}`, payload }));
  const append = () => pulse.append({ key, events, actor, commandId, expectedSequence, ...(fenced && { epoch }) });
  return (await whileHeld(held, append)).events;
}

export function makeEnd({ round }: Run, { outcome, error }: { outcome: string; error: string | null }): OwnEvent {
  return { tail: control.end, payload: { outcome, rounds: round, ...(error !== null && { error }) } };
}

/** Does something that needs the database, again and again while that is out of reach and the workflow may still be ours. */
export async function whileHeld<T>(held: Held, work: () => Promise<T>): Promise<T> {
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      return await work();
    } catch (error) {
      if (!isPulseError(error, 'UNAVAILABLE') || held.isGivenUp) throw error;
      await sleep(pauseMs);
    }
  }
}
