import type { Role } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';
import type { Pulse } from '../../pulse.ts';

/** A token as it is told of: everything but the token. */
export interface TokenInfo {
  id: string;
  name: string;
  /** Null for one that has scopes. */
  role: Role | null;
  scopes: string[];
  createdBy: Actor;
  createdAt: string;
  expiresAt: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/** Lists the tokens, those that are revoked or have expired among them, the newest first. */
export async function listTokens({ prisma }: Pulse): Promise<TokenInfo[]> {
  const rows = await prisma.token.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'asc' }], omit: { hash: true } });
  return rows.map((row) => ({
    ...row,
    role: row.role as Role | null,
    createdBy: row.createdBy as Actor,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }));
}
