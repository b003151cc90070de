import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpSpec } from '#domain/role.ts';
import { describeStatus, sendRequest } from './http-request.ts';

const servers: { close(): void; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Also tells when the connection of a request is closed. */
async function serveUntilClosed(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const url = await serve((request, response) => {
    request.socket.once('close', close);
    answer(request, response);
  });
  return { url, closed };
}

const signal = new AbortController().signal;
const send = (url: string, spec: Partial<HttpSpec> = {}, key = 'k1') =>
  sendRequest({ url, ...spec }, { key, round: 7, idempotencyKey: 'same', signal });

describe('a request', () => {
  it('tells the service which round it is for, and sends its own headers and body', async () => {
    const url = await serve(async (request, response) => {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.end(JSON.stringify({ method: request.method, headers: request.headers, body: await text(request) }));
    });
    const { body } = await send(`${url}/a?b=c`, {
      headers: { 'X-Own': 'mine', 'X-Pulse-Key': 'forged' },
      body: { a: 1 },
    });
    expect(body).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: {
        'x-own': 'mine',
        'x-pulse-key': 'k1',
        'x-pulse-round': '7',
        'idempotency-key': 'same',
        'content-type': 'application/json',
        'content-length': '7',
      },
    });
    expect((await send(url)).body).toMatchObject({ method: 'GET', body: '' });
    const plain = await send(url, { method: 'put', body: 'as it is', headers: { 'content-type': 'text/csv' } });
    expect(plain.body).toMatchObject({ method: 'PUT', body: 'as it is', headers: { 'content-type': 'text/csv' } });
  });

  it('says a key of any script in ASCII', async () => {
    const url = await serve((request, response) => response.end(request.headers['x-pulse-key']));
    const key = 'Größe 修复-68/😀%';
    const { body } = await send(url, {}, key);
    expect(body).toMatch(/^[\x21-\x7e]+$/);
    expect(decodeURIComponent(body as string)).toBe(key);
  });

  it.each(['ftp://host/', '/path', 'no url', ''])('is not made to %j', async (url) => {
    await expect(send(url)).rejects.toThrow('must begin with http:// or https://');
  });

  it('is not made with a header that is none', async () => {
    const url = await serve((_, response) => response.end());
    await expect(send(url, { headers: { 'a b': 'c' } })).rejects.toThrow('a b');
    await expect(send(url, { headers: { a: 'b\nc' } })).rejects.toThrow();
  });
});

describe('an answer', () => {
  const respond = async (type: string, body: string | Buffer, status = 200, headers: Record<string, string> = {}) =>
    send(await serve((_, response) => response.writeHead(status, { ...headers, 'content-type': type }).end(body)));

  it.each<[string, string, string | Buffer, unknown]>([
    ['JSON', 'application/json', '{"a":[1]}', { a: [1] }],
    ['JSON of some kind, with a mark', 'application/problem+JSON; charset=utf-8', '\ufeff{"a":1}', { a: 1 }],
    ['what says it is JSON and is not', 'application/json', '{a', '{a'],
    ['JSON that says it is text', 'text/plain', '{"a":1}', '{"a":1}'],
    ['text', 'text/plain', 'grüß', 'grüß'],
    ['nothing', 'application/json', '', null],
    ['long text, its end', 'text/plain', `${'a'.repeat(20_000)}!`, `${'a'.repeat(16 * 1024 - 1)}!`],
    ['what is no text', 'image/png', Buffer.from([0x89, 0x50, 0xff]), '\ufffdP\ufffd'],
  ])('has as its body %s', async (_, type, body, expected) => {
    expect(await respond(type, body)).toMatchObject({
      status: 200,
      body: expected,
      bodyBytes: Buffer.byteLength(body),
    });
  });

  it('keeps the end of JSON that is too large to be stored', async () => {
    const body = JSON.stringify({ text: 'a'.repeat(300_000) });
    const answer = await respond('application/json', body);
    expect(answer).toMatchObject({ bodyBytes: body.length, body: expect.stringMatching(/^a+"}$/) });
  });

  it('keeps the headers that tell of it, and no cookies', async () => {
    const { headers } = await respond('text/plain', 'x', 200, { etag: '"1"', 'set-cookie': 'secret', 'x-other': 'y' });
    expect(headers).toEqual({ 'content-type': 'text/plain', etag: '"1"' });
  });

  it.each([
    [200, {}, null],
    [299, {}, null],
    [404, {}, 'answered 404 Not Found'],
    [503, {}, 'answered 503 Service Unavailable'],
    [599, {}, 'answered 599'],
    [304, {}, 'answered 304 Not Modified'],
    [302, { location: '/b' }, 'answered 302 Found to /b, and redirects are not followed: give that url'],
  ])('fails the round with %i %j: %s', (status, headers, error) => {
    expect(describeStatus({ status, headers: headers as Record<string, string>, body: null, bodyBytes: 0 })).toBe(
      error,
    );
  });

  it('is not taken from where a redirect points', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: '/other' }).end();
    });
    expect(await send(url)).toMatchObject({ status: 302, headers: { location: '/other' } });
    expect(asked).toBe(1);
  });
});

describe('a request without a whole answer fails with a sentence', () => {
  it('when the connection is refused', async () => {
    const url = await serve(() => {});
    for (const server of servers.splice(0))
      await new Promise<void>((resolve) => (server as Server).close(() => resolve()));
    await expect(send(`${url}/path?token=secret`)).rejects.toThrow(`GET ${url}/path: the connection was refused`);
  });

  it('when the connection breaks before or in the middle of it', async () => {
    const url = await serve(({ url: path }, response) => {
      if (path === '/middle') response.writeHead(200, { 'content-length': '10' }).write('a');
      setTimeout(() => response.destroy(), 20);
    });
    for (const path of ['/', '/middle']) await expect(send(url + path)).rejects.toThrow('closed before the answer');
  });

  it('when no HTTP is spoken', async () => {
    const server = createSocketServer((socket) => socket.end('SSH-2.0\r\n')).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(send(`http://127.0.0.1:${port}`)).rejects.toThrow('does not speak HTTP');
  });

  it('when the body does not end', async () => {
    const { url, closed } = await serveUntilClosed((_, response) => {
      const more = () =>
        void (response.write(Buffer.alloc(1024 * 1024)) ? setImmediate(more) : response.once('drain', more));
      more();
    });
    await expect(send(url)).rejects.toThrow('its body is larger than 16 MiB');
    await closed;
  });
});

describe('an aborted request', () => {
  it.each(['never answers', 'answers for ever'])('closes its connection to a server that %s', async (how) => {
    const controller = new AbortController();
    const { url, closed } = await serveUntilClosed((_, response) => {
      if (how === 'answers for ever') response.writeHead(200).write('a');
      setTimeout(() => controller.abort(new DOMException('out of scope', 'AbortError')), 20);
    });
    const context = { key: 'k1', round: 1, idempotencyKey: 'i', signal: controller.signal };
    await expect(sendRequest({ url, body: {} }, context)).rejects.toMatchObject({ message: 'out of scope' });
    await closed;
  });
});
