import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { invalidInput } from '#domain/errors.ts';
import { identify } from '#server/auth/identify.ts';
import { readPublicUrl } from '#server/auth/settings.ts';
import { readTrustedProxies } from '#server/http/client-address.ts';
import { createFront } from '#server/http/front.ts';
import { createStreamServer } from '#server/http/serve-streams.ts';
import { getPulse } from '#server/process-pulse.ts';
import { packageRoot } from '../package-root.ts';
import { findForeignSource } from './check-source.ts';

/** How long answers that are under way may take once the server is told to stop. */
const lastAnswersMs = 200;

/** A dashboard that answers. */
export interface Dashboard {
  close(): Promise<void>;
}

/**
 * Finds the port to serve on: the one asked for, a free one for 0.
 *
 * **Errors** `INVALID_INPUT` when it is in use or not this machine's to use.
 */
export async function findPort(host: string, port: number): Promise<number> {
  const probe = createServer();
  await listen(probe, host, port);
  const { port: found } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return found;
}

/**
 * Serves the dashboard from this process. It listens only when it can answer: a browser that gets an error instead of its
 * stream would give up, and one that gets no connection tries again.
 *
 * **Errors** `INVALID_INPUT` when the port has been taken meanwhile.
 */
export async function serveDashboard({
  dev,
  host,
  port,
  maxConnections,
}: {
  dev: boolean;
  host: string;
  port: number;
  /** How many streams may be open at once. */
  maxConnections?: number | undefined;
}): Promise<Dashboard> {
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' });
  const { default: createNext } = await import('next');
  if (!dev) await loadConfigQuietly();
  const server = createServer();
  const serveStream = createStreamServer({ openPulse: getPulse, identify, maxConnections });
  const next = createNext({ dev, dir: packageRoot, hostname: host, port, httpServer: server });
  await next.prepare();
  const handle = next.getRequestHandler();
  const publicUrl = readPublicUrl(process.env);
  const front = createFront({
    openPulse: getPulse,
    identify,
    isProxy: readTrustedProxies(process.env.TRUSTED_PROXIES),
    publicUrl,
    dev,
    findForeignSource: (headers) => findForeignSource(headers, host, publicUrl),
    serveStream,
    servePage: handle,
  });
  server.on('request', front);
  await listen(server, host, port);
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.race([closed, sleep(lastAnswersMs)]);
      server.closeAllConnections();
      await next.close();
      await (await globalThis.pulseServer?.catch(() => undefined))?.close();
    },
  };
}

/** Next.js prints how long its configuration took to load, unless this process has loaded it before, from the same path. */
async function loadConfigQuietly(): Promise<void> {
  const require = createRequire(import.meta.url);
  const { default: loadConfig } = require('next/dist/server/config.js') as typeof import('next/dist/server/config.js');
  await loadConfig('phase-production-server', resolve(packageRoot), { silent: true });
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(nameError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function nameError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return invalidInput('PORT', `${port} is in use on ${host}; stop what uses it, or set PORT to another one`);
    case 'EACCES':
      return invalidInput('PORT', `${port} is not allowed to this user; set PORT to one from 1024`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return invalidInput('HOST', `${host} is not an address of this machine`);
    default:
      return error;
  }
}
