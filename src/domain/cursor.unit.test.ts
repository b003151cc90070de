import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatCursor, parseCursor } from './cursor.ts';

it('reads back every cursor that it writes', () => {
  const logId = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 4, maxLength: 32 });
  const count = fc.integer({ min: 0, max: 999_999_999_999_999 });
  fc.assert(
    fc.property(fc.record({ logId, position: count, refusals: count }), (cursor) => {
      expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
    }),
  );
});

it.each(['', '12', 'abcd-1', 'abcd-1-', 'abcd--1-1', 'abcd-1-1-1', 'abcd-1e3-1', 'abcd-1-9999999999999999'])(
  'takes %j for no cursor',
  (text) => {
    expect(parseCursor(text)).toBeUndefined();
  },
);
