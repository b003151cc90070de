import { userInfo } from 'node:os';
import type { Actor, Via } from '#domain/actor.ts';

/** The header in which a client says through which channel a person uses it. It says nothing about who that is. */
export const viaHeader = 'x-pulse-via';

/**
 * Derives who makes a request. The body has no say in it.
 *
 * A server without sign-in listens on the loopback interface, so whoever reaches it is taken to be the person who runs it.
 */
export function deriveActor(headers: Headers): Actor {
  const name = findUserName();
  return { type: 'user', id: `local:${name}`, name, via: readVia(headers.get(viaHeader)) };
}

function readVia(header: string | null): Via {
  return header === 'web' || header === 'cli' ? header : 'api';
}

function findUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'local'; // The user id has no entry in the machine's list of users.
  }
}
