import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { deriveActor } from '#server/actor.ts';
import { openPulse, type Pulse } from '#server/pulse.ts';
import { appRouter } from '#server/trpc/router.ts';

/** Pulse's procedures over HTTP, without the dashboard. */
export interface ApiServer {
  url: string;
  port: number;
  pulse: Pulse;
  /** Breaks every connection, as a server that is stopped does. */
  close(): Promise<void>;
}

/** Serves `/api/trpc` on a migrated database: on a free port, or on the one that an earlier server had. */
export async function startApiServer({
  databaseUrl,
  port = 0,
}: {
  databaseUrl: string;
  port?: number;
}): Promise<ApiServer> {
  const pulse = await openPulse({ url: databaseUrl });
  const server = createServer(
    createHTTPHandler({
      router: appRouter,
      basePath: '/api/trpc/',
      createContext: ({ req }) => ({ pulse, actor: deriveActor(toHeaders(req.headers)) }),
    }),
  );
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

function toHeaders(headers: IncomingHttpHeaders): Headers {
  return new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]));
}
