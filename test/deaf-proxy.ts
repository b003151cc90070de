import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Transform } from 'node:stream';

/** Message types of PostgreSQL's protocol. */
const backendKeyData = 'K'.charCodeAt(0);
const notificationResponse = 'A'.charCodeAt(0);

/**
 * Stands between a client and a server as a pooler in transaction mode does, where it matters to a listener: it gives out
 * a process id of its own, and passes on no notification.
 */
export async function startDeafProxy(url: string): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.pipe(upstream);
    upstream.pipe(withoutNotifications()).pipe(client);
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** A message is a byte that says which, and its length in four bytes, which count themselves. */
function withoutNotifications(): Transform {
  let rest = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
        const message = Buffer.from(rest.subarray(0, 1 + rest.readInt32BE(1)));
        rest = rest.subarray(message.length);
        if (message[0] === backendKeyData) message.writeInt32BE(message.readInt32BE(5) + 1, 5);
        if (message[0] !== notificationResponse) this.push(message);
      }
      done();
    },
  });
}
