import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { invalidInput } from '#domain/errors.ts';

/** Which addresses are proxies of ours, whose word counts. */
export type TrustedProxies = (address: string) => boolean;

/**
 * Reads `TRUSTED_PROXIES`: addresses and networks with commas between them, such as `10.0.0.0/8, ::1`.
 *
 * **Errors** `INVALID_INPUT`
 */
export function readTrustedProxies(text: string | undefined): TrustedProxies {
  const list = new BlockList();
  for (const entry of text?.split(/[\s,]+/).filter(Boolean) ?? []) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    if (!family || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
      throw invalidInput('TRUSTED_PROXIES', `must name addresses and networks such as 10.0.0.0/8, not '${entry}'`);
    list.addSubnet(address, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Where a request comes from: of the addresses that proxies of ours have added the last that is none of theirs. */
export function findClientAddress({ headers, socket }: IncomingMessage, isProxy: TrustedProxies): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',');
  const hops = [...forwarded.split(',').map((hop) => hop.trim()), plain(socket.remoteAddress ?? '')];
  let address = hops.pop() ?? '';
  while (isProxy(address)) {
    const next = plain(hops.pop() ?? '');
    if (!isIP(next)) break;
    address = next;
  }
  return address;
}

/** An IPv4 address that an IPv6 socket names. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
