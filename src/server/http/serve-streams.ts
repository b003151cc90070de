import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { TRPCError } from '@trpc/server';
import { isPulseError, PulseError } from '#domain/errors.ts';
import { authorize } from '../auth/authorize.ts';
import type { Identify } from '../auth/identity.ts';
import type { Pulse } from '../pulse.ts';
import { createContext } from '../trpc/context.ts';
import { toHttpStatus } from '../trpc/errors.ts';
import {
  fail,
  isSubscription,
  openSubscription,
  shapeSubscriptionError,
  textsOfSubscription,
} from '../trpc/serve-subscription.ts';
import { toUnavailable } from '../unavailable.ts';
import { createEventStreams, type StreamLimits, type StreamTexts } from './event-streams.ts';
import { openPlainStream, plainTexts } from './plain-stream.ts';
import { toHeaders } from './to-headers.ts';

/** A way in which the log is asked for and told over a connection. */
interface Dialect {
  texts: StreamTexts;
  open(headers: Headers, signal: AbortSignal): Promise<AsyncGenerator<Uint8Array>>;
  /** The body of an answer that is no stream. */
  toBody(error: PulseError): unknown;
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/**
 * Makes what serves the server-sent events of a server: `/api/events` and tRPC's subscriptions.
 *
 * It writes to Node's connections itself: through a framework's streams each connection and each event costs a multiple.
 * **Shape** whether the request was one of its own; it is answered then.
 * **Source** `docs/adr/0010-streams-beside-next.md`
 */
export function createStreamServer({
  openPulse,
  identify,
  ...limits
}: { openPulse: () => Promise<Pulse>; identify: Identify } & StreamLimits): (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean {
  const streams = createEventStreams(limits);
  const context = { openPulse, identify };

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const url = new URL(request.url ?? '', 'http://localhost');
    const dialect = findDialect(url);
    if (!dialect) return false;
    if (request.method === 'HEAD') response.writeHead(200, streamHeaders).end();
    else void serve(request, response, dialect);
    return true;
  };

  async function serve(request: IncomingMessage, response: ServerResponse, dialect: Dialect): Promise<void> {
    const left = new AbortController();
    response.on('close', () => left.abort()).on('error', () => {}); // 'close' follows.
    let free = () => {};
    try {
      free = streams.admit();
      const frames = await dialect.open(toHeaders(request), left.signal);
      response.writeHead(200, streamHeaders);
      await streams.send(response, frames, dialect.texts);
    } catch (error) {
      answerError(response, toUnavailable(error), dialect);
    } finally {
      free();
    }
  }

  function findDialect({ pathname, searchParams }: URL): Dialect | undefined {
    if (pathname === '/api/events') {
      return {
        texts: plainTexts,
        open: async (headers, signal) => {
          const { pulse, identity } = await createContext(context, headers);
          authorize(identity, { scope: 'event:read' });
          return openPlainStream(pulse, searchParams, headers, signal);
        },
        toBody: ({ code, message, details }) => ({ code, message, details }),
      };
    }
    const path = /^\/api\/trpc\/([\w.]+)$/.exec(pathname)?.[1];
    if (path === undefined || !isSubscription(path)) return undefined;
    return {
      texts: textsOfSubscription(path),
      open: async (headers, signal) =>
        openSubscription({ path, searchParams, headers }, () => createContext(context, headers), signal).catch(
          failUnlessDenied,
        ),
      toBody: (error) => ({ error: shapeSubscriptionError(error, path) }),
    };
  }
}

/** Who may not follow is told so by the status; other errors tRPC's client reads from a stream. */
function failUnlessDenied(error: unknown): AsyncGenerator<Uint8Array> {
  const cause = error instanceof TRPCError ? error.cause : error;
  if (isPulseError(cause, 'UNAUTHENTICATED') || isPulseError(cause, 'FORBIDDEN')) throw cause;
  return fail(error);
}

function answerError(response: ServerResponse, cause: unknown, { toBody }: Dialect): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (!isPulseError(cause)) console.error('A stream failed to open:', cause);
  const error = isPulseError(cause)
    ? cause
    : new PulseError('INTERNAL', 'Something went wrong in the server; its log has the cause', {});
  const headers: OutgoingHttpHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  if (isPulseError(error, 'UNAVAILABLE') && error.details.retryAfterMs)
    headers['retry-after'] = String(Math.ceil(error.details.retryAfterMs / 1_000));
  response.writeHead(toHttpStatus(error), headers);
  response.end(JSON.stringify(toBody(error)));
}
