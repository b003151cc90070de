import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The header in which a page's code is told the nonce of its scripts. */
export const nonceHeader = 'x-nonce';

/**
 * Sets what a browser must keep to: scripts of this page only, no frames around it, no guessing of types, and, once it was
 * reached over TLS, nothing else.
 *
 * Next.js gives the nonce that it finds in the request's policy to the scripts that it writes.
 */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  { dev, isPublicOverTls }: { dev: boolean; isPublicOverTls: boolean },
): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = describePolicy(nonce, dev);
  request.headers['content-security-policy'] = policy;
  request.headers[nonceHeader] = nonce;
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
  if (isPublicOverTls) response.setHeader('strict-transport-security', 'max-age=31536000');
}

/** Styles may be inline: the primitives place their boxes so, and a style runs nothing. */
function describePolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `connect-src 'self'${dev ? ' ws: wss:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
