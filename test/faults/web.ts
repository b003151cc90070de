import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { isPulseError } from '#domain/errors.ts';
import { deriveActor } from '#server/actor.ts';
import { followEvents } from '#server/events/follow-events.ts';
import { toEventStream } from '#server/http/event-stream.ts';
import { resolveCursor } from '#server/log/read.ts';
import { appRouter } from '#server/trpc/router.ts';
import { toUnavailable } from '#server/unavailable.ts';
import { openWhenReachable, readConfig, tell } from './child.ts';

// A web server that has what the dashboard's has for other tools: the procedures, and the log as server-sent events.
const pulse = await openWhenReachable(readConfig().url);
const actor = deriveActor(new Headers());
const answerCall = createHTTPHandler({
  router: appRouter,
  basePath: '/api/trpc/',
  createContext: () => ({ pulse, actor }),
});

const server = createServer((request, response) => {
  if (!request.url?.startsWith('/api/events')) return answerCall(request, response);
  answerEvents(request, response).catch((error) => {
    response.writeHead(isPulseError(toUnavailable(error)) ? 503 : 500).end(String(error));
  });
});
server.listen(0, '127.0.0.1', () => tell({ type: 'ready', port: (server.address() as AddressInfo).port }));

async function answerEvents(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const after = request.headers['last-event-id']?.toString();
  const key = searchParams.get('key') ?? undefined;
  await resolveCursor(pulse.prisma, after, await pulse.head());
  const stop = new AbortController();
  const events = followEvents(pulse, { after, key, signal: stop.signal });
  const body = Readable.fromWeb(toEventStream(events, stop) as Parameters<typeof Readable.fromWeb>[0]);
  response.on('close', () => body.destroy());
  body.on('error', () => response.destroy());
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  body.pipe(response);
}
