import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '#domain/json.ts';
import { diffJson } from './diff-json.ts';

test('names each place that differs, and nothing else', () => {
  const before = { status: 'active', round: 3, role: null, by: ['ana', 'ben'], kept: { deep: true } };
  const after = { status: 'aborted', round: 3, role: null, by: ['ana'], kept: { deep: true }, reason: 'x' };
  expect(diffJson(before, after)).toEqual([
    { path: 'status', before: 'active', after: 'aborted' },
    { path: 'by[1]', before: 'ben' },
    { path: 'reason', after: 'x' },
  ]);
  expect(diffJson({ a: 1 }, [1])).toEqual([{ path: '', before: { a: 1 }, after: [1] }]);
});

test('is empty exactly for equal values', () => {
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
  fc.assert(
    fc.property(json, json, (left, right) => {
      expect(diffJson(left, structuredClone(left))).toEqual([]);
      expect(diffJson(left, right).length === 0).toBe(sameJson(left, right));
    }),
  );
});

function sameJson(left: Json, right: Json): boolean {
  try {
    expect(left).toEqual(right);
    return true;
  } catch {
    return false;
  }
}
