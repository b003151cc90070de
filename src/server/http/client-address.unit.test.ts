import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { findClientAddress, readTrustedProxies } from './client-address.ts';

const find = (proxies: string | undefined, remoteAddress: string, forwarded?: string) =>
  findClientAddress(
    { headers: forwarded ? { 'x-forwarded-for': forwarded } : {}, socket: { remoteAddress } } as IncomingMessage,
    readTrustedProxies(proxies),
  );

it.each([
  [undefined, '10.0.0.1', '6.6.6.6', '10.0.0.1'], // Nobody's word counts.
  ['10.0.0.0/8', '10.0.0.1', '7.7.7.7', '7.7.7.7'],
  ['10.0.0.0/8', '10.0.0.1', '6.6.6.6, 7.7.7.7', '7.7.7.7'], // What a client has made up before.
  ['10.0.0.0/8', '10.0.0.1', '7.7.7.7, 10.0.0.9', '7.7.7.7'],
  ['10.0.0.0/8 ::1', '::1', '7.7.7.7', '7.7.7.7'],
  ['10.0.0.0/8', '::ffff:10.0.0.1', '7.7.7.7', '7.7.7.7'],
  ['10.0.0.0/8', '10.0.0.1', undefined, '10.0.0.1'],
  ['10.0.0.0/8', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['10.0.0.1', '10.0.0.2', '7.7.7.7', '10.0.0.2'],
] as const)('with the proxies %s, %s with %s is %s', (proxies, remote, forwarded, expected) => {
  expect(find(proxies, remote, forwarded)).toBe(expected);
});

it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/x', '::1/129', '10.0.0'])('refuses the proxy %s', (proxies) => {
  expect(() => readTrustedProxies(proxies)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
