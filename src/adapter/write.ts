import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPulseError } from '#domain/errors.ts';
import type { Json } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import type { Run } from '#domain/run-history.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';

/**
 * Appends one event of a workflow that this adapter holds, under the lease's epoch unless told otherwise.
 *
 * **Errors** as of an append. `UNAVAILABLE` only once the lease is lost or the adapter stops: until then it tries again,
 * with the same command id.
 */
export async function writeEvent(
  { pulse, actor }: AdapterContext,
  held: Held,
  tail: string,
  payload: Json,
  { fenced = true } = {},
): Promise<void> {
  const { key, name, epoch } = held;
  const commandId = randomUUID();
  const events = [{ kind: `${name}.${tail}`, payload }];
  await whileHeld(held, () => pulse.append({ key, events, actor, commandId, ...(fenced && { epoch }) }));
}

/** Ends a workflow. */
export function writeEnd(
  adapter: AdapterContext,
  held: Held,
  { round }: Run,
  { outcome, error }: { outcome: string; error: string | null },
): Promise<void> {
  return writeEvent(adapter, held, control.end, { outcome, rounds: round, ...(error !== null && { error }) });
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
