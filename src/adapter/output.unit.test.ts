import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Payload } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { describeError, toOutput } from './output.ts';

describe('toOutput', () => {
  it('keeps what can be stored as it is', () => {
    const output = { a: [1, 'ü', null, true], b: {} };
    expect(toOutput(output)).toEqual(output);
    expect(toOutput(undefined)).toBeNull();
    expect(toOutput({ a: 1, b: undefined })).toEqual({ a: 1 });
  });

  it('replaces text that cannot be stored', () => {
    expect(toOutput({ 'a\0': ['\ud800b'] })).toEqual({ 'a\ufffd': ['\ufffdb'] });
  });

  it.each([[() => 1], [new Date()], [{ a: Number.NaN }], [{ a: 1n }]])('refuses what is no JSON (%#)', (value) => {
    expect(() => toOutput(value)).toThrow(/the role returned what cannot be stored: it holds/);
  });

  it('cuts long texts visibly and keeps their ends', () => {
    const output = toOutput({ log: `${'x'.repeat(400_000)}the end`, code: 1 }) as { log: string; code: number };
    expect(output.code).toBe(1);
    expect(output.log).toMatch(/^\[\d+ characters cut\] x+the end$/);
  });

  it('always fits into an event beside a long error', () => {
    const big = fc.oneof(
      fc.array(fc.integer(), { minLength: 60_000, maxLength: 70_000 }),
      fc.array(fc.constantFrom('\u0001'.repeat(9_000), 'ü'.repeat(50_000), '\ud83d\ude00'.repeat(20_000)), {
        maxLength: 12,
      }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(big, (value) => {
        const error = describeError(new Error('\u0001'.repeat(5_000)));
        expect(Payload.safeParse({ round: 1, role: 'r', output: toOutput(value as Json), error }).success).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('describeError', () => {
  it('says what went wrong, whatever was thrown', () => {
    expect(describeError(new Error('broke'))).toBe('broke');
    expect(describeError(new TypeError())).toBe('TypeError');
    expect(describeError('broke')).toBe('broke');
    expect(describeError({ code: 7 })).toBe('{"code":7}');
    expect(describeError(undefined)).toBe('undefined');
    expect(
      describeError({
        toJSON: () => {
          throw new Error('no');
        },
      }),
    ).toMatch(/no text/);
  });

  it('keeps 2,000 characters', () => {
    expect([...describeError(new Error('😀'.repeat(3_000)))]).toHaveLength(2_000);
  });
});
