import type { TokenInfo } from '#server/auth/tokens/list-tokens.ts';
import { formatTable } from './table.ts';
import { formatExact, formatMoment } from './time.ts';

const titles = ['ID', 'NAME', 'MAY', 'UNTIL', 'LAST USED'];

/** Tokens for people, one a line. */
export function formatTokens(tokens: readonly TokenInfo[], nowMs: number): string {
  return formatTable(
    titles.map((title) => ({ title })),
    tokens.map((token) => [
      token.id,
      token.name,
      token.role ?? token.scopes.join(' '),
      formatUntil(token, nowMs),
      token.lastUsedAt === null ? 'never' : formatMoment(token.lastUsedAt, nowMs),
    ]),
  );
}

function formatUntil({ expiresAt, revokedAt }: TokenInfo, nowMs: number): string {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt === null) return 'valid';
  return Date.parse(expiresAt) <= nowMs ? 'expired' : formatExact(expiresAt);
}
