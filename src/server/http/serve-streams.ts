import type { IncomingMessage, ServerResponse } from 'node:http';
import { TRPCError } from '@trpc/server';
import { type ErrorCode, isPulseError, type PulseError } from '#domain/errors.ts';
import { authorize } from '../auth/authorize.ts';
import type { Identify } from '../auth/identity.ts';
import { getAccessWatch } from '../auth/watch-access.ts';
import type { Pulse } from '../pulse.ts';
import { createContext } from '../trpc/context.ts';
import type { Context } from '../trpc/init.ts';
import {
  fail,
  isSubscription,
  openSubscription,
  shapeSubscriptionError,
  textsOfSubscription,
} from '../trpc/serve-subscription.ts';
import { answerError } from './answer-error.ts';
import { createEventStreams, type StreamLimits, type StreamTexts } from './event-streams.ts';
import { openPlainStream, plainTexts } from './plain-stream.ts';
import { toHeaders } from './to-headers.ts';

/** A way in which the log is asked for and told over a connection. */
interface Dialect {
  texts: StreamTexts;
  open(context: Context, headers: Headers, signal: AbortSignal): Promise<AsyncGenerator<Uint8Array>>;
  /** Tells an error in the stream, or throws one that the status is to tell. */
  tell(error: unknown): AsyncGenerator<Uint8Array>;
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

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const url = new URL(request.url ?? '', 'http://localhost');
    const dialect = findDialect(url);
    if (!dialect) return false;
    void serve(request, response, dialect);
    return true;
  };

  async function serve(request: IncomingMessage, response: ServerResponse, dialect: Dialect): Promise<void> {
    const left = new AbortController();
    response.on('close', () => left.abort()).on('error', () => {}); // 'close' follows.
    let free = () => {};
    let forget = () => {};
    try {
      free = streams.admit();
      const opened = await open(toHeaders(request), dialect, left.signal).catch((error) => ({
        frames: dialect.tell(error),
        forget,
      }));
      forget = opened.forget;
      response.writeHead(200, streamHeaders);
      if (request.method === 'HEAD') return void response.end();
      await streams.send(response, opened.frames, dialect.texts);
    } catch (error) {
      answerError(response, error, dialect.toBody);
    } finally {
      free();
      forget();
    }
  }

  /** Opens a stream that ends when whoever has asked for it may not have it any more. */
  async function open(headers: Headers, dialect: Dialect, left: AbortSignal) {
    const context = await createContext({ openPulse, identify }, headers);
    const watch = await getAccessWatch(context.pulse);
    const access = context.identity && watch.watch(context.identity, context.askedAtMs);
    const forget = access?.forget ?? (() => {});
    try {
      const ended = access?.ended ?? left;
      const frames = await dialect.open(context, headers, AbortSignal.any([left, ended]));
      return { frames: endWith(frames, ended), forget };
    } catch (error) {
      forget();
      throw error;
    }
  }

  function findDialect({ pathname, searchParams }: URL): Dialect | undefined {
    if (pathname === '/api/events') {
      return {
        texts: plainTexts,
        open: async ({ pulse, identity }, headers, signal) => {
          authorize(identity, { scope: 'event:read' });
          return openPlainStream(pulse, searchParams, headers, signal);
        },
        tell: (error) => {
          throw error;
        },
        toBody: ({ code, message, details }) => ({ code, message, details }),
      };
    }
    const path = /^\/api\/trpc\/([\w.]+)$/.exec(pathname)?.[1];
    if (path === undefined || !isSubscription(path)) return undefined;
    return {
      texts: textsOfSubscription(path),
      open: (context, headers, signal) => openSubscription({ path, searchParams, headers }, context, signal),
      tell: failUnlessDenied,
      toBody: (error) => ({ error: shapeSubscriptionError(error, path) }),
    };
  }
}

/** Follows until the signal fires, and fails with its reason then. */
async function* endWith(frames: AsyncGenerator<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* frames;
  signal.throwIfAborted();
}

const told = new Set<ErrorCode>(['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED']);

/** Who may not follow is told so by the status; other errors tRPC's client reads from a stream. */
function failUnlessDenied(error: unknown): AsyncGenerator<Uint8Array> {
  const cause = error instanceof TRPCError ? error.cause : error;
  if (isPulseError(cause) && told.has(cause.code)) throw cause;
  return fail(error);
}
