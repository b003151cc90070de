import { describe, expect, it } from 'vitest';
import { findForeignSource } from './check-source.ts';

describe('a server on the loopback interface', () => {
  it.each([
    { host: '127.0.0.1:3000' },
    { host: 'localhost:3000' },
    { host: '[::1]:3000' },
    { host: 'localhost:3000', origin: 'http://localhost:3000' },
  ])('answers $host', (headers) => {
    expect(findForeignSource(headers, '127.0.0.1')).toBeUndefined();
  });

  it.each([
    { host: 'rebound.example:3000' },
    { host: '127.0.0.1.example:3000' },
    { host: '' },
    {},
    { host: '127.0.0.1:3000', origin: 'https://evil.example' },
    { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:4000' },
    { host: '127.0.0.1:3000', origin: 'null' },
  ])('refuses %j', (headers) => {
    expect(findForeignSource(headers, '127.0.0.1')).toEqual(expect.any(String));
  });
});

describe('a server on every interface', () => {
  it('answers to any name, but not to pages of other sites', () => {
    expect(findForeignSource({ host: 'pulse.example' }, '0.0.0.0')).toBeUndefined();
    expect(findForeignSource({ host: 'pulse.example', origin: 'https://evil.example' }, '0.0.0.0')).toContain('evil');
  });
});
