import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPulseError, PulseError } from '#domain/errors.ts';
import { authorize } from '../auth/authorize.ts';
import type { Identify } from '../auth/identity.ts';
import { clientHeader } from '../auth/people-auth.ts';
import type { Pulse } from '../pulse.ts';
import { toUnavailable } from '../unavailable.ts';
import { answerError } from './answer-error.ts';
import { findClientAddress, type TrustedProxies } from './client-address.ts';
import { findRouteRule } from './routes.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { serveAuth } from './serve-auth.ts';
import { toHeaders } from './to-headers.ts';

/** The header in which a page is told that nobody knows who reads it. */
export const uncheckedHeader = 'x-pulse-unchecked';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface FrontOptions {
  openPulse: () => Promise<Pulse>;
  identify: Identify;
  isProxy: TrustedProxies;
  /** Where browsers find this server; undefined where they may find it by any name. */
  publicUrl: string | undefined;
  dev: boolean;
  /** What tells that a request comes from a page that is not ours. */
  findForeignSource: (headers: IncomingMessage['headers']) => string | undefined;
  /** Whether it is a stream, and answered. */
  serveStream: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers everything else: pages and procedures. */
  servePage: Handler;
}

/**
 * Makes what every request meets first: it turns away what comes from elsewhere, sets what browsers must keep to, and lets
 * nobody to a route whom its rule does not name.
 */
export function createFront(options: FrontOptions): Handler {
  const { publicUrl, dev, isProxy, openPulse, serveStream, servePage } = options;
  const isPublicOverTls = publicUrl?.startsWith('https:') ?? false;

  return async (request, response) => {
    try {
      setSecurityHeaders(request, response, { dev, isPublicOverTls });
      delete request.headers[uncheckedHeader];
      request.headers[clientHeader] = findClientAddress(request, isProxy);
      const origin = publicUrl ?? `http://${request.headers.host}`;
      const url = readUrl(request, origin);
      const foreign = options.findForeignSource(request.headers) ?? findForgery(request);
      if (foreign !== undefined) throw new Refused(403, foreign);
      const rule = findRouteRule(url.pathname);
      if (url.pathname.startsWith('/api/auth/')) await serveAuth(request, response, { openPulse, origin });
      else if (serveStream(request, response)) return;
      else if (rule === 'public' || rule === 'procedures') servePage(request, response);
      else if (dev && /^\/(_next|__next)/.test(url.pathname)) servePage(request, response);
      else if (await mayEnter(request, response, url, rule)) servePage(request, response);
    } catch (error) {
      if (error instanceof Refused) error.answer(response);
      else answerError(response, error, ({ code, message, details }) => ({ code, message, details }));
    }
  };

  /** Pages only read; who is not signed in is led to where they can be. */
  async function mayEnter(
    request: IncomingMessage,
    response: ServerResponse,
    { pathname, search }: URL,
    scope: Parameters<typeof authorize>[1]['scope'],
  ): Promise<boolean> {
    try {
      const pulse = await openPulse();
      authorize(await options.identify(pulse, toHeaders(request)), { scope });
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refused(405, 'pages are only read');
      return true;
    } catch (error) {
      // The page says itself that the database is out of reach, and reads nothing, also when it is back meanwhile.
      if (isPulseError(toUnavailable(error), 'UNAVAILABLE')) {
        request.headers[uncheckedHeader] = '1';
        return true;
      }
      if (!isPulseError(error, 'UNAUTHENTICATED') || pathname.startsWith('/api/')) throw error;
      const to = pathname === '/' && !search ? '' : `?to=${encodeURIComponent(pathname + search)}`;
      response.writeHead(302, { location: `/sign-in${to}`, 'cache-control': 'no-store' }).end();
      return false;
    }
  }
}

/**
 * Finds what tells that a page of another site may have made a browser send this with its cookie. A browser says with every
 * such request where it comes from; what says nothing has no business with a cookie.
 */
function findForgery({ method = '', headers }: IncomingMessage): string | undefined {
  const site = headers['sec-fetch-site'];
  const isPage = headers['sec-fetch-mode'] === 'navigate' && method === 'GET';
  if (!isPage && (site === 'cross-site' || site === 'same-site')) return 'requests of pages of other sites are refused';
  if (['GET', 'HEAD', 'OPTIONS'].includes(method) || headers.cookie === undefined) return undefined;
  if (headers.authorization !== undefined || headers.origin !== undefined || site === 'same-origin') return undefined;
  return 'a request with a cookie must say from which page it comes; send a token instead';
}

function readUrl({ url = '' }: IncomingMessage, origin: string): URL {
  try {
    const path = url.split('?', 1)[0] ?? '';
    decodeURIComponent(path);
    // What one reader of an address takes for one path and another for another.
    if (/^\/\/|\\|\/(\.|%2e){1,2}(\/|$)/i.test(path)) throw new Error('ambiguous');
    return new URL(url, URL.canParse(origin) ? origin : 'http://localhost');
  } catch {
    throw new Refused(400, 'the address is not a URL-encoded path');
  }
}

/** A request that is not looked at any further. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  answer(response: ServerResponse): void {
    const { code, message, details } = new PulseError('INVALID_INPUT', this.message, {
      issues: [{ path: '', message: this.message }],
    });
    response.writeHead(this.status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ code, message, details }));
  }
}
