import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#domain/actor.ts';
import type { Pulse } from '../pulse.ts';
import { makeLink } from './links/make-link.ts';
import { hasAdmin } from './people/has-admin.ts';
import { recordJoin } from './record-sign-in.ts';
import { makeSecret } from './secret-text.ts';
import { createToken } from './tokens/create-token.ts';
import { findToken } from './tokens/find-token.ts';

const hourMs = 60 * 60 * 1_000;
const demoEmail = 'demo@pulse.invalid';

/** The actor of what `upulse up` does by itself. */
export const starter: Actor = { type: 'system', id: 'up', name: 'upulse up', via: 'cli' };

/** Makes the path of a link by which the first admin joins, within an hour. **Shape** undefined when there is one. */
export async function makeSetUpLink(pulse: Pulse): Promise<string | undefined> {
  if (await hasAdmin(pulse)) return undefined;
  const { secret } = await makeLink(pulse, { for: 'set-up' }, hourMs);
  return `/join#${secret}`;
}

/** Makes the path of a link that signs in to the demo, within an hour, as an admin that it makes at first. */
export async function makeDemoLink(pulse: Pulse): Promise<string> {
  const { prisma } = pulse;
  let person = await prisma.person.findUnique({ where: { email: demoEmail }, select: { id: true } });
  if (!person) {
    const now = new Date();
    const made = { id: randomUUID(), name: 'Demo', role: 'admin' };
    await prisma.person.create({ data: { ...made, email: demoEmail, createdAt: now, updatedAt: now } });
    await recordJoin(pulse, made, 'demo');
    person = made;
  }
  const { secret } = await makeLink(pulse, { for: 'sign-in', personId: person.id }, hourMs);
  return `/join#${secret}`;
}

/**
 * Keeps a token of an admin in the home, that only its owner may read: commands on this machine use it by themselves. One
 * that is not valid any more is replaced.
 */
export async function keepAdminToken(pulse: Pulse, home: string): Promise<string> {
  const path = join(home, 'admin-token');
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept && (await findToken(pulse, kept))) {
    await chmod(path, 0o600);
    return kept;
  }
  const { token } = await createToken(pulse, { name: 'admin-token', role: 'admin' }, starter);
  await writePrivately(path, `${token}\n`);
  return token;
}

/** Makes a token with which `upulse up` starts the samples on a database that is not its own. */
export async function makeBriefToken(pulse: Pulse): Promise<string> {
  const expiresAt = new Date(Date.now() + hourMs).toISOString();
  return (await createToken(pulse, { name: 'demo', role: 'operator', expiresAt }, starter)).token;
}

/** Reads the secret of the home that signs cookies, made at first. */
export async function keepSecret(home: string): Promise<string> {
  const path = join(home, 'secret');
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept) return kept;
  await mkdir(home, { recursive: true });
  await writePrivately(path, `${makeSecret('secret')}\n`, 'wx').catch(() => {}); // Another process may be first.
  return (await readFile(path, 'utf8')).trim();
}

async function writePrivately(path: string, text: string, flag: 'w' | 'wx' = 'w'): Promise<void> {
  if (flag === 'wx') return writeFile(path, text, { mode: 0o600, flag });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
  await rename(temporary, path);
}
