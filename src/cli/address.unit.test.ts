import { expect, test } from 'vitest';
import { formatUrl, isLoopback, readAddress, resolveServerUrl } from './address.ts';

test('the option comes before PULSE_URL, and that before HOST and PORT', () => {
  const env = { PULSE_URL: 'https://pulse.example', HOST: '0.0.0.0', PORT: '4000' };
  expect(resolveServerUrl('http://10.0.0.1:1', env)).toBe('http://10.0.0.1:1');
  expect(resolveServerUrl(undefined, env)).toBe('https://pulse.example');
  expect(resolveServerUrl(undefined, { ...env, PULSE_URL: '' })).toBe('http://127.0.0.1:4000');
  expect(resolveServerUrl(undefined, {})).toBe('http://127.0.0.1:3000');
});

test.each(['localhost:3000', 'ftp://host', '', 'http://'])('%j is no address', (url) => {
  expect(() => resolveServerUrl(url, {})).toThrow('--url must be like http://127.0.0.1:3000');
});

test('a port is a number from 0 to 65535', () => {
  expect(readAddress({ PORT: '0' })).toEqual({ host: '127.0.0.1', port: 0 });
  for (const PORT of ['http', '65536', '-1', '3000.5']) expect(() => readAddress({ PORT })).toThrow('PORT must be');
});

test('an IPv6 address stands in brackets', () => {
  expect(formatUrl('::1', 3000)).toBe('http://[::1]:3000');
});

test('only loopback addresses are out of reach for others', () => {
  expect(['127.0.0.1', '127.8.0.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example'].some(isLoopback)).toBe(false);
});
