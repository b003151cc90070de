import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPulseError } from '#domain/errors.ts';
import type { Json } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import type { Run } from '#domain/run-history.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';

/**
 * Appends one event of a workflow that this adapter holds, under the lease's epoch unless told otherwise, and if asked so
 * only as long as nothing has happened after a sequence.
 *
 * **Errors** as of an append. `UNAVAILABLE` only once the lease is lost or the adapter stops: until then it tries again,
 * with the same command id.
 */
export async function writeEvent(
  { pulse, actor }: AdapterContext,
  held: Held,
  tail: string,
  payload: Json,
  { fenced = true, expectedSequence }: { fenced?: boolean; expectedSequence?: number | undefined } = {},
): Promise<void> {
  const { key, name, epoch } = held;
  const commandId = randomUUID();
  const events = [{ kind: `${name}.${tail}`, payload }];
  await whileHeld(held, () =>
    pulse.append({ key, events, actor, commandId, expectedSequence, ...(fenced && { epoch }) }),
  );
}

/** Ends a workflow, unless what was waited for has come since it was decided. */
export function writeEnd(
  adapter: AdapterContext,
  held: Held,
  run: Run,
  { outcome, error }: { outcome: string; error: string | null },
): Promise<void> {
  const payload = { outcome, rounds: run.round, ...(error !== null && { error }) };
  return writeEvent(adapter, held, control.end, payload, onSameWait(run));
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

/** What was decided since a wait's time is over holds only if what it was for has not come meanwhile. */
export function onSameWait({ wait, sequence }: Run): { expectedSequence?: number } {
  return wait ? { expectedSequence: sequence } : {};
}
