import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { isPulseError, PulseError } from '#domain/errors.ts';
import { toHttpStatus } from '../trpc/errors.ts';
import { toUnavailable } from '../unavailable.ts';

/** Answers with an error as JSON, or breaks the connection where the answer has begun. A cause that nobody named is logged. */
export function answerError(response: ServerResponse, error: unknown, toBody: (error: PulseError) => unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const cause = toUnavailable(error);
  if (!isPulseError(cause)) console.error('A request failed:', cause);
  const named = isPulseError(cause)
    ? cause
    : new PulseError('INTERNAL', 'Something went wrong in the server; its log has the cause', {});
  const headers: OutgoingHttpHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  const { retryAfterMs } = named.details as { retryAfterMs?: number };
  if (retryAfterMs) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1_000));
  if (named.code === 'UNAUTHENTICATED') headers['www-authenticate'] = 'Bearer';
  response.writeHead(toHttpStatus(named), headers);
  response.end(JSON.stringify(toBody(named)));
}
