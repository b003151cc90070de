import { expect, test } from 'vitest';
import { formatTokens } from './token.ts';

const now = '2026-01-02T03:04:05.000Z';
const token = {
  id: 't1',
  name: 'ci',
  role: 'viewer' as const,
  scopes: [],
  createdBy: { type: 'user' as const, id: 'ana', name: 'Ana', via: 'cli' as const },
  createdAt: now,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};

test.each([
  [{}, /^t1 {2}ci +viewer +valid +never$/m],
  [{ lastUsedAt: '2026-01-02T03:01:00.000Z' }, / \d{4}-01-0\d \d\d:\d\d:00\.000 \(3m 5s ago\)$/m],
  [{ expiresAt: '2026-03-04T03:04:05.678Z' }, / viewer +2026-03-0\d \d\d:\d\d:05\.678 +never$/m],
  [{ expiresAt: now }, / viewer +expired +never$/m],
  [{ expiresAt: now, revokedAt: now }, / viewer +revoked +never$/m],
  [{ role: null, scopes: ['workflow:read', 'workflow:abort'] }, / ci +workflow:read workflow:abort +valid /m],
])('says until when a token is good, and when it was used, as other commands do: %j', (change, expected) => {
  expect(formatTokens([{ ...token, ...change }], Date.parse(now))).toMatch(expected);
});
