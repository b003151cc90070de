import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { CommandId, Key, Payload, type PulseEvent } from '#domain/event.ts';
import { Kind } from '#domain/kind.ts';
import type { Pulse } from '../pulse.ts';

export const AppendEvent = z.strictObject({
  kind: Kind,
  key: Key,
  payload: Payload.optional(),
  commandId: CommandId.optional(),
  expectedSequence: z.number().int().min(0).optional(),
});

/**
 * Appends one event of any kind, if every guard that matches lets it pass.
 *
 * **Errors** `GUARD_REJECTED`, `SEQUENCE_CONFLICT` when the key is not at `expectedSequence`.
 */
export async function appendEvent(
  pulse: Pulse,
  { kind, key, payload = {}, commandId, expectedSequence }: z.output<typeof AppendEvent>,
  actor: Actor,
): Promise<PulseEvent> {
  const { events } = await pulse.append({ key, events: [{ kind, payload }], actor, commandId, expectedSequence });
  return events[0] as PulseEvent;
}
