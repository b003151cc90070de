import { isPulseError } from '#domain/errors.ts';
import { isJsonObject } from '#domain/json.ts';
import type { Append } from '#server/log/append.ts';
import { type Outcome, readClockMs, type Told } from './journal.ts';

/** Resolves once what is told will arrive, also if this process is killed right after. */
export type Tell = (told: Told) => Promise<void>;

/** Makes an `append` that tells of every request before it is made, and of what became of it, and marks its events. */
export function tellAppends(append: Append, name: string, tell: Tell): Append {
  let unnamed = 0;
  return async (request) => {
    unnamed += 1;
    const id = request.commandId ?? `${name}-unnamed-${unnamed}`;
    const events = request.events.map(({ kind, payload }) => ({
      kind,
      payload: { ...(isJsonObject(payload) && payload), op: id },
    }));
    const { key, epoch } = request;
    const operation = { id, by: name, key, kinds: events.map(({ kind }) => kind), epoch };
    const settle = (outcome: Outcome) => void tell({ type: 'settled', id, outcome, atMs: readClockMs() });
    await tell({ type: 'invoked', operation, atMs: readClockMs() });
    try {
      const appended = await append({ ...request, events });
      settle({ type: 'accepted', events: appended.events.map(({ position, hash }) => ({ position, hash })) });
      return appended;
    } catch (error) {
      if (isPulseError(error, 'GUARD_REJECTED')) settle({ type: 'refused', guard: error.details.guard });
      else if (isPulseError(error, 'SEQUENCE_CONFLICT')) settle({ type: 'conflict' });
      else if (isPulseError(error, 'UNAVAILABLE')) settle({ type: 'unknown' });
      else void tell({ type: 'broken', message: `${id}: ${(error as Error).stack}` });
      throw error;
    }
  };
}
