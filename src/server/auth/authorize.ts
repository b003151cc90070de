import { allows, type Need, scopes } from '#domain/access.ts';
import { PulseError } from '#domain/errors.ts';
import type { Identity } from './identity.ts';

/**
 * Lets a call pass if the one who makes it may do what it needs. Procedures, streams and pages all ask here.
 *
 * **Errors** `UNAUTHENTICATED`, `FORBIDDEN`. Neither tells anything of what was asked for.
 */
export function authorize(identity: Identity | null, need: Need): Identity {
  if (!identity) throw unauthenticated();
  if (!allows(identity.access, need)) {
    const { scope, role = scopes[scope] } = need;
    throw new PulseError('FORBIDDEN', `This needs the role ${role}, or a token with the scope ${scope}`, {
      needs: { scope, role },
    });
  }
  return identity;
}

/** The error for someone who is not signed in. */
export function unauthenticated(): PulseError<'UNAUTHENTICATED'> {
  return new PulseError('UNAUTHENTICATED', 'Sign in, or send a valid token as Authorization: Bearer', {});
}
