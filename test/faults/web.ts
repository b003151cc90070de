import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { createStreamServer } from '#server/http/serve-streams.ts';
import { toHeaders } from '#server/http/to-headers.ts';
import { createContext } from '#server/trpc/context.ts';
import { appRouter } from '#server/trpc/router.ts';
import { identifyLocal } from '../local-identity.ts';
import { openWhenReachable, readConfig, tell } from './child.ts';

// A web server that has what the dashboard's has for other tools: the procedures, and the log as server-sent events.
const pulse = await openWhenReachable(readConfig().url);
const context = { openPulse: async () => pulse, identify: identifyLocal };
const serveStream = createStreamServer(context);
const answerCall = createHTTPHandler({
  router: appRouter,
  basePath: '/api/trpc/',
  createContext: ({ req }) => createContext(context, toHeaders(req)),
});

const server = createServer((request, response) => {
  if (!serveStream(request, response)) answerCall(request, response);
});
server.listen(0, '127.0.0.1', () => tell({ type: 'ready', port: (server.address() as AddressInfo).port }));
