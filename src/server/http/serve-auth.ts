import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalidInput, isPulseError, PulseError } from '#domain/errors.ts';
import { answerAuth, authPath, clientHeader, getPeopleAuth, oidcProvider } from '../auth/people-auth.ts';
import { limitSignIns } from '../auth/rate-limits.ts';
import type { Pulse } from '../pulse.ts';
import { answerError } from './answer-error.ts';
import { toHeaders } from './to-headers.ts';

/** All of better-auth that is open to the outside; it has much more, which signs in nobody. */
const endpoints: Readonly<Record<string, 'GET' | 'POST'>> = {
  '/sign-in/email': 'POST',
  '/sign-in/social': 'POST',
  [`/callback/${oidcProvider}`]: 'GET',
  '/link/look': 'POST',
  '/link/accept': 'POST',
};
const maxBodyBytes = 16 * 1024;

/** Answers what signs people in, under `/api/auth`. `origin` is where the browser has found this server. */
export async function serveAuth(
  request: IncomingMessage,
  response: ServerResponse,
  { openPulse, origin }: { openPulse: () => Promise<Pulse>; origin: string },
): Promise<void> {
  try {
    const url = new URL(request.url ?? '', origin);
    const path = url.pathname.slice(authPath.length);
    const method = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
    if (method === undefined || request.method !== method)
      throw new PulseError('NOT_FOUND', 'There is no such endpoint', { what: 'endpoint', id: path });
    const body = method === 'POST' ? await readBody(request) : undefined;
    const headers = toHeaders(request);
    if (body) {
      headers.set('content-type', 'application/json');
      const { email } = body as { email?: unknown };
      await limitSignIns(headers.get(clientHeader) ?? '', typeof email === 'string' ? email : undefined);
    }
    const auth = await getPeopleAuth(await openPulse());
    const answer = await answerAuth(
      auth,
      new Request(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    );
    await pass(answer, response, path);
  } catch (error) {
    answerError(response, error, ({ code, message, details }) => ({ code, message, details }));
  }
}

async function pass(answer: Response, response: ServerResponse, path: string): Promise<void> {
  for (const cookie of answer.headers.getSetCookie()) response.appendHeader('set-cookie', cookie);
  const location = answer.headers.get('location');
  if (answer.status >= 300 && answer.status < 400 && location) {
    response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
    return;
  }
  const body: { code?: string; message?: string } | null = await answer.json().catch(() => null);
  if (!answer.ok) throw toPulseError(answer.status, body?.message);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  // It would also tell the session's secret, which is the cookie's business.
  response.end(JSON.stringify(path === '/sign-in/email' ? { signedIn: true } : body));
}

function toPulseError(status: number, message = 'That did not work'): PulseError {
  if (status === 401) return new PulseError('UNAUTHENTICATED', 'The email address or the password is wrong', {});
  if (status === 403) return new PulseError('UNAUTHENTICATED', message, {});
  if (status < 500) return invalidInput('', message);
  return new PulseError('INTERNAL', 'Something went wrong in the server; its log has the cause', {});
}

async function readBody(request: IncomingMessage): Promise<object> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw invalidInput('', 'The body must be application/json');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) throw invalidInput('', `The body is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body;
  } catch (error) {
    if (isPulseError(error)) throw error;
  }
  throw invalidInput('', 'The body must be a JSON object');
}
