import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../address.ts';

/**
 * Finds what tells that a request comes from a page that is not ours.
 *
 * A page of any site can make a browser that is signed in send requests here: directly, which its `Origin` tells, or under a
 * name that it has pointed to this machine (DNS rebinding), which the `Host` tells.
 *
 * **Shape** a sentence, or undefined when nothing speaks against it.
 */
export function findForeignSource(
  headers: IncomingHttpHeaders,
  servedHost: string,
  publicUrl?: string,
): string | undefined {
  const host = headers.host ?? '';
  const { origin } = headers;
  if (publicUrl !== undefined && (origin === publicUrl || (origin === undefined && host === readHost(publicUrl))))
    return undefined;
  const name = readHostname(`http://${host}`);
  if (isLoopback(servedHost) && !isLoopback(name) && name !== servedHost)
    return `this server answers to names of this machine only, not to '${host}'; set HOST to serve others`;
  if (origin !== undefined && readHost(origin) !== host) return `requests of pages from ${origin} are refused`;
  return undefined;
}

function readHostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

function readHost(origin: string): string {
  return origin.replace(/^https?:\/\//, '');
}
