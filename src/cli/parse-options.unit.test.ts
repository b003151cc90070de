import { expect, test } from 'vitest';
import {
  parseConcurrency,
  parseCount,
  parseDuration,
  parseExpiry,
  parseJson,
  parseLeaseTtl,
  parseStatuses,
  parseTimer,
} from './parse-options.ts';

test('JSON that is broken names the option, and the line and column or the text around it', () => {
  expect(() => parseJson('--input', '{"a": 1,\n  "b": 2,\n}')).toThrow(/^--input is not JSON: .*line 3,? column 1\)/);
  expect(() => parseJson('--payload', '[1, x]')).toThrow(/^--payload is not JSON: .*'x'.*\[1, x\]/);
  expect(() => parseJson('--payload', '')).toThrow('--payload is not JSON: Unexpected end of JSON input');
  expect(parseJson('--payload', '\ufeff{"a":[null]}')).toEqual({ a: [null] });
});

test('a count is a whole number from 1', () => {
  expect(parseCount('20')).toBe(20);
  for (const value of ['0', '-1', '1.5', 'ten', '', '1e3']) expect(() => parseCount(value)).toThrow('whole number');
});

test('a time has a unit', () => {
  expect(['0s', '500ms', '10s', '5m', '2h', '1d'].map(parseDuration)).toEqual([
    0, 500, 10_000, 300_000, 7_200_000, 86_400_000,
  ]);
  for (const value of ['10', '-1s', '1.5s', 's', '', '1w', '1 s'])
    expect(() => parseDuration(value)).toThrow('a time such as');
});

test('an expiry is a moment or so long from now', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');
  const given = ['30d', '90m', '2027-01-31T00:00:00Z', '2028-02-29T01:00+01:00'];
  expect(given.map((value) => parseExpiry(value, nowMs))).toEqual([
    '2026-01-31T00:00:00.000Z',
    '2026-01-01T01:30:00.000Z',
    '2027-01-31T00:00:00.000Z',
    '2028-02-29T00:00:00.000Z',
  ]);
  const none = ['tomorrow', '', '30', '1w', '2027-01-31', '2027-01-31T00:00:00', '2027-02-29T00:00:00Z'];
  for (const value of [...none, '2027-01-01T25:00:00Z', '999999999d', '9999999d'])
    expect(() => parseExpiry(value, nowMs)).toThrow('such as 2027-01-31T00:00:00Z, or 30d');
});

test('a lease lives for a second at least', () => {
  expect(parseLeaseTtl('1s')).toBe(1_000);
  expect(() => parseLeaseTtl('999ms')).toThrow('at least 1s');
});

test('what an adapter is told has limits', () => {
  expect(parseTimer('24d')).toBeLessThan(2 ** 31);
  expect(parseTimer('0s')).toBe(0);
  for (const parse of [parseTimer, parseLeaseTtl]) expect(() => parse('25d')).toThrow('at most 24d');
  expect(parseConcurrency('1000000')).toBe(1_000_000);
  expect(() => parseConcurrency('1000001')).toThrow('at most 1000000');
  expect(() => parseConcurrency('0')).toThrow('a whole number from 1');
});

test('statuses come one by one or with commas', () => {
  expect(parseStatuses('ended', parseStatuses('active, aborted'))).toEqual(['active', 'aborted', 'ended']);
  expect(() => parseStatuses('active,running')).toThrow('active, aborted, ended');
});
