import type { Access } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';
import type { Pulse } from '../pulse.ts';

/** Who makes a request, and what they may do. */
export interface Identity {
  actor: Actor;
  access: Access;
  /** By what they are known; a stream ends with it. Undefined for one that nothing can end. */
  credential?: Credential | undefined;
}

/** What a request has shown: a token, or the session of a person. */
export interface Credential {
  tokenId?: string | undefined;
  personId?: string | undefined;
  sessionId?: string | undefined;
  expiresAt: Date | null;
}

/**
 * Finds out who makes a request, from its headers.
 *
 * **Shape** null for someone who is not signed in.
 * **Errors** `RATE_LIMITED`
 */
export type Identify = (pulse: Pulse, headers: Headers) => Promise<Identity | null>;
