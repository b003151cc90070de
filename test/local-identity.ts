import { userInfo } from 'node:os';
import type { Identify } from '#server/auth/identity.ts';

/** Takes whoever asks for the person who runs the tests, who may do everything. */
export const identifyLocal: Identify = async (_, headers) => {
  const via = headers.get('x-pulse-via');
  const name = userInfo().username;
  return {
    actor: { type: 'user', id: `local:${name}`, name, via: via === 'web' || via === 'cli' ? via : 'api' },
    access: { role: 'admin' },
  };
};
