import type { Access } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';
import { deriveActor } from '../actor.ts';
import type { Pulse } from '../pulse.ts';

/** Who makes a request, and what they may do. */
export interface Identity {
  actor: Actor;
  access: Access;
}

/** Finds out who makes a request, from its headers. **Shape** null for someone who is not signed in. */
export type Identify = (pulse: Pulse, headers: Headers) => Promise<Identity | null>;

/** Takes whoever reaches the server for the person who runs it. */
export const identifyLocal: Identify = async (_, headers) => ({
  actor: deriveActor(headers),
  access: { role: 'admin' },
});
