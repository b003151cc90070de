import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { invalidInput } from '#domain/errors.ts';
import { identifyLocal } from '#server/auth/identity.ts';
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
  const serveStream = createStreamServer({ openPulse: getPulse, identify: identifyLocal, maxConnections });
  const next = createNext({ dev, dir: packageRoot, hostname: host, port, httpServer: server });
  await next.prepare();
  const handle = next.getRequestHandler();
  server.on('request', (request, response) => {
    const foreign = findForeignSource(request.headers, host);
    if (foreign !== undefined) refuse(response, 403, foreign);
    else if (!isDecodable(request.url ?? '')) refuse(response, 400, 'the address is not URL-encoded text');
    else if (!serveStream(request, response)) void handle(request, response);
  });
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

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, status: 400 | 403, problem: string): void {
  const { code, message, details } = invalidInput('', problem);
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ code, message, details }));
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
