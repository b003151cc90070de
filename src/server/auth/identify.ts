import { Role } from '#domain/access.ts';
import type { Via } from '#domain/actor.ts';
import type { Pulse } from '../pulse.ts';
import type { Identify, Identity } from './identity.ts';
import { getPeopleAuth } from './people-auth.ts';
import { limitRequests } from './rate-limits.ts';
import { findToken } from './tokens/find-token.ts';

/** The header in which a client says through which channel a person uses it. It says nothing about who that is. */
export const viaHeader = 'x-pulse-via';

/**
 * Finds out who makes a request: by the token that it shows, or else by its session. A token that is not valid is not made
 * good by a session.
 */
export const identify: Identify = async (pulse, headers) => {
  const identity = headers.has('authorization') ? await findTool(pulse, headers) : await findPerson(pulse, headers);
  if (identity) await limitRequests(identity);
  return identity;
};

async function findTool(pulse: Pulse, headers: Headers): Promise<Identity | null> {
  const secret = /^Bearer +(\S{1,200})$/i.exec(headers.get('authorization') ?? '')?.[1];
  const token = secret ? await findToken(pulse, secret) : null;
  if (!token) return null;
  const { id, name, access, expiresAt } = token;
  return { actor: { type: 'token', id, name, via: readVia(headers) }, access, credential: { tokenId: id, expiresAt } };
}

async function findPerson(pulse: Pulse, headers: Headers): Promise<Identity | null> {
  if (!headers.has('cookie')) return null;
  const { api } = await getPeopleAuth(pulse);
  const asking = api.getSession({ headers, query: { disableRefresh: true } });
  const found = await asking.catch((error) => {
    throw (error as Error).cause ?? error; // That the database is out of reach is told as it is.
  });
  if (!found) return null;
  const { session, user } = found;
  return {
    actor: { type: 'user', id: user.id, name: user.name, via: readVia(headers) },
    access: { role: Role.parse(user.role) },
    credential: { personId: user.id, sessionId: session.id, expiresAt: session.expiresAt },
  };
}

function readVia(headers: Headers): Via {
  const via = headers.get(viaHeader);
  return via === 'web' || via === 'cli' ? via : 'api';
}
