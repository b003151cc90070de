import { z } from 'zod';
import { isAccessChange } from '#domain/access-change.ts';
import type { Actor } from '#domain/actor.ts';
import { invalidInput } from '#domain/errors.ts';
import { CommandId, Key, Payload, type PulseEvent } from '#domain/event.ts';
import { control, Kind, splitKind } from '#domain/kind.ts';
import type { Pulse } from '../pulse.ts';

export const AppendEvent = z.strictObject({
  kind: Kind,
  key: Key,
  payload: z.optional(Payload),
  commandId: z.optional(CommandId),
  expectedSequence: z.number().int().min(0).optional(),
});

/**
 * Appends one event of any kind, if every guard that matches lets it pass.
 *
 * **Errors** `GUARD_REJECTED`, `SEQUENCE_CONFLICT` when the key is not at `expectedSequence`; `INVALID_INPUT` for what only
 * the server records: who signed in, and what became of people and tokens.
 */
export async function appendEvent(
  pulse: Pulse,
  { kind, key, payload = {}, commandId, expectedSequence }: z.output<typeof AppendEvent>,
  actor: Actor,
): Promise<PulseEvent> {
  if (isAccessChange(kind)) throw invalidInput('kind', `is '${kind}', which only the server itself records`);
  if (splitKind(kind).tail === control.abort && Object.hasOwn(Object(payload), 'cause'))
    throw invalidInput('payload.cause', 'names the abort of a parent, which only the server itself records');
  const { events } = await pulse.append({ key, events: [{ kind, payload }], actor, commandId, expectedSequence });
  return events[0] as PulseEvent;
}
