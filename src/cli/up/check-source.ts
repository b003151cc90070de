import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../address.ts';

/**
 * Finds what tells that a request comes from a page that is not ours.
 *
 * Without sign-in, whoever reaches the server may run commands. A page of any site can make a browser on this machine
 * send requests here: directly, which its `Origin` tells, or under a name that it has pointed to this machine (DNS
 * rebinding), which the `Host` tells.
 *
 * **Shape** a sentence, or undefined when nothing speaks against it.
 */
export function findForeignSource(headers: IncomingHttpHeaders, servedHost: string): string | undefined {
  const host = headers.host ?? '';
  const name = readHostname(`http://${host}`);
  if (isLoopback(servedHost) && !isLoopback(name) && name !== servedHost)
    return `this server answers to names of this machine only, not to '${host}'; set HOST to serve others`;
  if (headers.origin !== undefined && readHost(headers.origin) !== host)
    return `requests of pages from ${headers.origin} are refused`;
  return undefined;
}

function readHostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

function readHost(origin: string): string {
  return origin.replace(/^https?:\/\//, '');
}
