import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { invalidInput } from '#domain/errors.ts';
import { isLoopback, readAddress, toReachableHost } from './address.ts';

/**
 * Finds what a command shows to the server: `PULSE_TOKEN`, else the token that `upulse up` keeps in the home, which goes to
 * nobody but the server of this machine.
 *
 * **Errors** `INVALID_INPUT` for a `PULSE_TOKEN` that no header can carry.
 */
export async function findToken(
  serverUrl: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const token = env.PULSE_TOKEN?.trim();
  if (token) {
    if (!/^[\x21-\x7e]+$/.test(token))
      throw invalidInput('PULSE_TOKEN', 'is no token: it holds spaces or other characters');
    return token;
  }
  const host = new URL(serverUrl).hostname.replace(/^\[(.*)\]$/, '$1');
  if (!isLoopback(host) && host !== toReachableHost(readAddress(env).host)) return undefined;
  const path = join(resolve(env.PULSE_HOME || '.pulse'), 'admin-token');
  return (await readFile(path, 'utf8').catch(() => '')).trim() || undefined;
}
