import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from './fixtures.ts';
import type { Pulse } from './support/start-pulse.ts';
import { newKey } from './support/workflows.ts';

/** Calls a procedure with headers that only a browser may set. */
async function append({ port, token }: Pulse, key: string, headers: OutgoingHttpHeaders) {
  const call = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/api/trpc/event.append',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
  });
  call.end(JSON.stringify({ key, kind: 'note.added' }));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve).once('error', reject);
  });
  return { status: response.statusCode, body: await text(response) };
}

test('a page of another site can not make a browser here write', async ({ pulse }) => {
  const key = newKey('foreign');
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${pulse.port + 1}` },
    { host: 'evil.example' }, // A name that its owner has pointed to this machine.
    { host: `evil.example:${pulse.port}`, origin: `http://evil.example:${pulse.port}` },
  ]) {
    const { status, body } = await append(pulse, key, headers);
    expect(status, JSON.stringify(headers)).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/./) });
  }
  expect((await pulse.client.event.list.query({ key })).events).toEqual([]);

  expect((await append(pulse, key, { origin: pulse.url })).status).toBe(200);
});

test('a page of another origin can not read, nor show the dashboard in a frame of its own', async ({ page, pulse }) => {
  const other = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<iframe src="${pulse.url}/" title="Pulse"></iframe>`);
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;

  await page.goto(`http://127.0.0.1:${port}/`); // Done when the frame is, too.
  const read = await page.evaluate(
    (url) =>
      fetch(url)
        .then((response) => response.text())
        .catch(() => 'refused'),
    `${pulse.url}/api/trpc/workflow.list`,
  );

  expect(read).toBe('refused');
  await expect(page.frameLocator('iframe').getByRole('heading', { name: 'Workflows' })).toHaveCount(0);
  other.close();
  other.closeAllConnections();
});
