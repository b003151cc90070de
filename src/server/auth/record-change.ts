import type { AccessChange, AccessChangeKind } from '#domain/access-change.ts';
import type { Actor } from '#domain/actor.ts';
import { logKey } from '#domain/guard-change.ts';
import type { Pulse } from '../pulse.ts';

/**
 * Records what was done to people and tokens, after it was done.
 *
 * With a `commandId` it is recorded once, however often it is repeated.
 */
export async function recordChange<K extends AccessChangeKind>(
  pulse: Pulse,
  kind: K,
  payload: AccessChange<K>,
  actor: Actor,
  commandId?: string,
): Promise<void> {
  await pulse.append({ key: logKey, events: [{ kind, payload }], actor, commandId });
}
