import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStoredJson, writeDecimal } from './stored-json.ts';

describe('given the text of a jsonb column', () => {
  it.each([
    '0',
    '-1',
    '10',
    '0.5',
    '1000000000000000000000',
    '0.0000001',
    '"1.0"',
    '["\\"", 2]',
    '{"1.50": "2.0\\\\"}',
  ])('when it is %s, then Pulse may have written it', (text) =>
    expect(readStoredJson(text)).toEqual({ value: JSON.parse(text) }),
  );

  it.each([
    '1.0',
    '0.50',
    '0.10000000000000000001',
    '[1, {"a": 100000000000000000000001}]',
    '"\\"" , 1'.replace(' ,', ',').replace(/^(.*)$/, '[$1.0]'),
  ])('when it is %s, then Pulse has never written it', (text) =>
    expect(readStoredJson(text).defect).toMatch(/never writes the number/),
  );

  it('when it is nested deeper than is taken, then that is said, and it is not followed', () => {
    expect(readStoredJson(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)).toEqual({
      value: null,
      defect: 'it is nested deeper than 64 levels',
    });
  });
});

describe('given any number', () => {
  it('when it is written without an exponent, then it is the same number, with no digit to spare', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = writeDecimal(value);
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
