import type { Access, Role } from '#domain/access.ts';
import type { Pulse } from '../../pulse.ts';
import { hashSecret } from '../secret-text.ts';

const noteUseEveryMs = 60_000;

/** A token that is valid now. */
export interface ValidToken {
  id: string;
  name: string;
  access: Access;
  expiresAt: Date | null;
}

/** Finds whose token this is. **Shape** null for one that is none, is revoked or has expired. */
export async function findToken({ prisma }: Pulse, secret: string): Promise<ValidToken | null> {
  const now = new Date();
  const row = await prisma.token.findUnique({ where: { hash: hashSecret(secret) } });
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= now)) return null;
  const { id, name, role, scopes, expiresAt, lastUsedAt } = row;
  if (!lastUsedAt || now.getTime() - lastUsedAt.getTime() > noteUseEveryMs)
    await prisma.token.updateMany({ where: { id }, data: { lastUsedAt: now } });
  return { id, name, access: role ? { role: role as Role } : { scopes }, expiresAt };
}
