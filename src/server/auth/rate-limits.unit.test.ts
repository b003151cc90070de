import { expect, it } from 'vitest';
import type { Identity } from './identity.ts';
import { limitRequests } from './rate-limits.ts';

const tool = (id: string): Identity => ({
  actor: { type: 'token', id, name: 'CI', via: 'api' },
  access: { role: 'viewer' },
});

it('a token may ask for so much a minute, and then has to wait, while others go on', async () => {
  for (let asked = 0; asked < 6_000; asked += 1) await limitRequests(tool('busy'));
  await expect(limitRequests(tool('busy'))).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    details: { retryAfterMs: expect.any(Number) },
  });
  await limitRequests(tool('other'));
});
