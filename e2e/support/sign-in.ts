import { randomUUID } from 'node:crypto';
import type { BrowserContext } from '@playwright/test';
import type { PulseClient } from '#client/index.ts';
import type { Role } from '#domain/access.ts';

type Cookie = Parameters<BrowserContext['addCookies']>[0][number];

/** Someone who is signed in: for `context.addCookies`, or as a header. */
export interface SignedIn {
  email: string;
  cookies: Cookie[];
  cookie: string;
}

export const password = 'correct horse battery';

/** Invites someone, and joins as them. */
export async function signIn(
  { url, client }: { url: string; client: PulseClient },
  name: string,
  role: Role,
): Promise<SignedIn> {
  const email = `${randomUUID()}@example.test`;
  const { path } = await client.person.invite.mutate({ email, name, role });
  const response = await fetch(`${url}/api/auth/link/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link: path.split('#')[1], password }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return { email, ...readCookies(url, response) };
}

function readCookies(url: string, response: Response): Pick<SignedIn, 'cookies' | 'cookie'> {
  const pairs = response.headers.getSetCookie().map((header) => header.split(';', 1)[0] ?? '');
  const cookies = pairs.map((pair): Cookie => {
    const equals = pair.indexOf('=');
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1), url, httpOnly: true, sameSite: 'Lax' };
  });
  return { cookies, cookie: pairs.join('; ') };
}
