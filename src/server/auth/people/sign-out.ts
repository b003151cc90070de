import type { Actor } from '#domain/actor.ts';
import { invalidInput } from '#domain/errors.ts';
import type { Pulse } from '../../pulse.ts';
import type { Identity } from '../identity.ts';
import { recordChange } from '../record-change.ts';

/**
 * Ends the session of whoever asks, or all that they have. Streams that it has open end too.
 *
 * **Errors** `INVALID_INPUT` for a token, which is revoked instead.
 */
export async function signOut(
  pulse: Pulse,
  { actor, credential }: Identity,
  { everywhere }: { everywhere: boolean },
): Promise<{ signedOut: true }> {
  const { personId, sessionId } = credential ?? {};
  if (!personId || !sessionId) throw invalidInput('', 'Only a person is signed in; a token is revoked');
  await pulse.prisma.session.deleteMany({ where: everywhere ? { personId } : { id: sessionId } });
  await recordSignOut(pulse, { id: personId, name: actor.name }, everywhere ? null : sessionId, actor);
  return { signedOut: true };
}

/** Records that a session, or for null all of a person's, are over. */
export function recordSignOut(
  pulse: Pulse,
  person: { id: string; name: string },
  session: string | null,
  actor: Actor,
): Promise<void> {
  return recordChange(pulse, 'pulse.person.__sign_out__', { person, session }, actor);
}
