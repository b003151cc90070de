import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createFront } from './front.ts';

/** What a server that browsers find at `publicUrl` answers to anyone. */
async function askHealth(publicUrl: string | undefined): Promise<Headers> {
  const front = createFront({
    openPulse: () => Promise.reject(new Error('not needed')),
    identify: async () => null,
    isProxy: () => false,
    publicUrl,
    dev: false,
    findForeignSource: () => undefined,
    serveStream: () => false,
    servePage: (_, response) => response.end('{}'),
  });
  const server = createServer(front).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/health`);
  server.close();
  return headers;
}

it('tells browsers to come over TLS only, once they have found it so', async () => {
  const header = 'strict-transport-security';
  expect((await askHealth('https://pulse.example')).get(header)).toMatch(/^max-age=\d{8,}/);
  expect((await askHealth('http://pulse.example')).get(header)).toBeNull();
  expect((await askHealth(undefined)).get(header)).toBeNull();
});
