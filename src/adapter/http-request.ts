import { type ClientRequest, type IncomingMessage, request as requestHttp, STATUS_CODES } from 'node:http';
import { request as requestHttps } from 'node:https';
import { finished } from 'node:stream/promises';
import type { Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import type { HttpResult, HttpSpec, RoleContext } from '#domain/role.ts';
import { keepTail } from './tail-text.ts';

/** The round that a request is made for. */
export type HttpContext = Pick<RoleContext<unknown>, 'key' | 'round' | 'idempotencyKey' | 'signal'>;

const textCharacters = 16 * 1024;
const mostBytes = 16 * 1024 * 1024;
const keepAliveMs = 30_000;
/** What a service tells of its answer beside the body. Cookies are not among it: what is stored is there for good. */
const keptHeaders = ['content-type', 'etag', 'last-modified', 'location', 'retry-after', 'x-request-id'];

/**
 * Sends a request over a connection of its own, which is closed when this settles, also after an abort.
 *
 * Node's `fetch` is not used: it gives up after five minutes without a byte, and an agent may think for longer.
 * **Shape** the answer, whatever its status. **Errors** rejects with a sentence for people when there is none that is whole, and
 * with the signal's reason when that fires.
 */
export async function sendRequest(spec: HttpSpec, context: HttpContext): Promise<HttpResult> {
  const { signal } = context;
  signal.throwIfAborted();
  const url = parseUrl(spec.url);
  const method = spec.method?.toUpperCase() ?? (spec.body === undefined ? 'GET' : 'POST');
  const headers = Object.fromEntries(makeHeaders(spec, context));
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, { method, headers, agent: false, signal });
  const closed = new Promise<void>((resolve) => request.once('close', resolve));
  try {
    return await readAnswer(await receive(request, encodeBody(spec.body)));
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`${method} ${url.origin}${url.pathname}: ${describeFailure(error)}`, { cause: error });
  } finally {
    request.destroy();
    await closed;
  }
}

/** Why an answer fails the round, or null. */
export function describeStatus({ status, headers }: HttpResult): string | null {
  if (status >= 200 && status < 300) return null;
  const said = `answered ${[status, STATUS_CODES[status]].filter(Boolean).join(' ')}`;
  const isRedirect = status >= 300 && status < 400 && headers.location !== undefined;
  return isRedirect ? `${said} to ${headers.location}, and redirects are not followed: give that url` : said;
}

function parseUrl(given: string | URL): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Error(`the url must begin with http:// or https://, not ${JSON.stringify(String(given).slice(0, 100))}`);
}

function makeHeaders({ headers, body }: HttpSpec, { key, round, idempotencyKey }: HttpContext): Headers {
  const all = new Headers(headers);
  if (body !== undefined && typeof body !== 'string' && !all.has('content-type'))
    all.set('content-type', 'application/json');
  if (!all.has('user-agent')) all.set('user-agent', 'pulse');
  all.set('accept-encoding', 'identity');
  // A header holds ASCII only, and a key may be of any script.
  all.set('x-pulse-key', encodeURIComponent(key));
  all.set('x-pulse-round', String(round));
  all.set('idempotency-key', idempotencyKey);
  return all;
}

function encodeBody(body: Json | undefined): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

function receive(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('socket', (socket) => socket.setKeepAlive(true, keepAliveMs)); // A host that vanished is noticed.
    request.once('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<HttpResult> {
  let bodyBytes = 0;
  const text = keepTail(response, limits.payloadBytes);
  response.on('data', (chunk: Buffer) => {
    bodyBytes += chunk.length;
    if (bodyBytes > mostBytes) response.destroy(new Error(`its body is larger than ${mostBytes / 1024 / 1024} MiB`));
  });
  await finished(response);
  const headers = keptHeaders.flatMap((name) => {
    const value = response.headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const body = parseBody(text(), bodyBytes, response.headers['content-type']);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body, bodyBytes };
}

/** JSON that can be stored is parsed; of anything else the end is kept as text. */
function parseBody(text: string, bytes: number, type = ''): Json {
  if (bytes === 0) return null;
  if (bytes <= limits.payloadBytes && /^[^;]*[/+]json\s*(;|$)/i.test(type)) {
    try {
      return JSON.parse(text.replace(/^\ufeff/, ''));
    } catch {
      // It is not what it says, so it is shown as it is.
    }
  }
  return text.slice(-textCharacters).toWellFormed();
}

const failures: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before the answer was complete',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed before the answer was complete',
  EPIPE: 'the connection was closed before the request was sent',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'the host does not respond',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

function describeFailure(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code.startsWith('HPE_')) return `what answers there does not speak HTTP (${message})`;
  return failures[code] ?? message;
}
