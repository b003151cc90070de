import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startProxy, type TcpProxy } from './proxy.ts';

let server: Server;
let received: string;
let proxy: TcpProxy;

beforeEach(async () => {
  received = '';
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes;
      socket.write(`re: ${bytes}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});

afterEach(() => {
  proxy.close();
  server.close();
});

/** A connection through the proxy that has already exchanged something. */
async function open() {
  const client = connect(proxy.port, '127.0.0.1');
  let answers = '';
  client
    .on('error', () => {})
    .on('data', (bytes) => {
      answers += bytes;
    });
  client.write('hello');
  await expect.poll(() => answers).toBe('re: hello');
  return { client, ended: closing(client), answers: () => answers };
}

function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

it('cuts connections and turns new ones away, until it lets them in again', async () => {
  const { ended } = await open();
  proxy.refuse(true);
  proxy.cut();
  await ended;
  await closing(connect(proxy.port, '127.0.0.1').on('error', () => {}));
  proxy.refuse(false);
  received = '';
  (await open()).client.destroy();
});

it('holds bytes back and lets them go on', async () => {
  const { client, answers } = await open();
  proxy.hold('answers');
  client.write(' again');
  await expect.poll(() => received).toBe('hello again');
  expect(answers()).toBe('re: hello');
  proxy.release();
  await expect.poll(answers).toBe('re: hellore:  again');
  client.destroy();
});

it('lets the server do what it never lets the client know', async () => {
  const { client, ended, answers } = await open();
  proxy.hold('answers');
  client.write(' again');
  await expect.poll(() => received).toBe('hello again');
  proxy.cut();
  proxy.release();
  await ended;
  expect(answers()).toBe('re: hello');
});

it('delivers what was asked after the connection broke', async () => {
  const { client, ended } = await open();
  proxy.hold('requests');
  client.write(' late');
  await new Promise((resolve) => client.write('!', resolve));
  await expect.poll(() => proxy.countHeld()).toBe(6);
  proxy.cutAndDeliver(10);
  proxy.release();
  await ended;
  await expect.poll(() => received).toBe('hello late!');
});
