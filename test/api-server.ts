import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { Identify } from '#server/auth/identity.ts';
import type { StreamLimits } from '#server/http/event-streams.ts';
import { createStreamServer } from '#server/http/serve-streams.ts';
import { toHeaders } from '#server/http/to-headers.ts';
import { openPulse, type Pulse } from '#server/pulse.ts';
import { createContext } from '#server/trpc/context.ts';
import { appRouter } from '#server/trpc/router.ts';
import { identifyLocal } from './local-identity.ts';

/** Pulse's procedures and streams over HTTP, without the dashboard. */
export interface ApiServer {
  url: string;
  port: number;
  pulse: Pulse;
  /** Breaks every connection, as a server that is stopped does. */
  close(): Promise<void>;
}

/** Serves `/api/trpc` and `/api/events` on a migrated database: on a free port, or on the one that an earlier server had. */
export async function startApiServer({
  databaseUrl,
  port = 0,
  identify = identifyLocal,
  ...limits
}: {
  databaseUrl: string;
  port?: number;
  /** Default: whoever asks may do everything. */
  identify?: Identify;
} & StreamLimits): Promise<ApiServer> {
  const pulse = await openPulse({ url: databaseUrl });
  const context = { openPulse: async () => pulse, identify };
  const serveStream = createStreamServer({ ...context, ...limits });
  const call = createHTTPHandler({
    router: appRouter,
    basePath: '/api/trpc/',
    createContext: ({ req }) => createContext(context, toHeaders(req)),
  });
  const server = createServer((request, response) => {
    if (!serveStream(request, response)) call(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    pulse,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await pulse.close();
    },
  };
}
