import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that takes one request and never answers. `asked` is its headers; `closed` comes when its connection is gone. */
export async function serveSilence() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = once(server, 'request').then(([request]) => request as IncomingMessage);
  const closed = asked.then(async ({ socket }) => {
    await once(socket, 'close');
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked: asked.then(({ headers }) => headers), closed };
}
