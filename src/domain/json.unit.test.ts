import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyJson, storableJson } from '#test/json.ts';
import { canonicalJson, findJsonProblem, findTextProblem, type Json, jsonUpTo, makeStorable } from './json.ts';

const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);

describe('given a value that may be stored as JSON', () => {
  it.each([
    [null],
    [true],
    [''],
    [0],
    [-1.5e300],
    [[]],
    [{}],
    [{ a: [{ b: null }] }],
    ['ä😀\u2028'],
    [Object.create(null)],
  ])('when it is %j, then there is no problem', (value) => expect(findJsonProblem(value)).toBeUndefined());

  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /type undefined/],
    ['a function inside', { a: () => 1 }, /type function/],
    ['a bigint', [1n], /type bigint/],
    ['a symbol', Symbol('x'), /type symbol/],
    ['NaN', Number.NaN, /number that JSON cannot express/],
    ['Infinity inside', [[Number.POSITIVE_INFINITY]], /number that JSON cannot express/],
    ['a date', { at: new Date(0) }, /not plain JSON/],
    ['a map', new Map(), /not plain JSON/],
    ['a NUL character', 'a\0b', /NUL/],
    ['a NUL character in a name', { 'a\0': 1 }, /NUL/],
    ['half of a surrogate pair', ['\ud83d'], /surrogate/],
    ['the other half in a name', { '\ude00': 1 }, /surrogate/],
    ['65 levels', nested(65), /deeper than 64/],
    ['a hole in an array', new Array(1), /type undefined/],
  ])('when it is or holds %s, then the problem is named', (_what, value, problem) => {
    expect(findJsonProblem(value)).toMatch(problem);
  });

  it('when it holds itself, then the search ends', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(findJsonProblem(loop)).toMatch(/deeper/);
  });

  it('when it is 64 levels deep, then that is still allowed', () => {
    expect(findJsonProblem(nested(64))).toBeUndefined();
  });

  it('when it was parsed from JSON, then only its texts and depth can be a problem', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const texts = JSON.stringify(value).includes('\\u0000') || !isWellFormedThroughout(value);
        expect(findJsonProblem(value) !== undefined).toBe(texts);
      }),
    );
  });
});

describe('given a text of another program', () => {
  it('when it is made storable, then it is, as long as before, and not changed again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '\0', '\ud800', '\udc00'), (text, extra) => {
        const storable = makeStorable(text + extra);
        expect(findTextProblem(storable)).toBeUndefined();
        expect(storable).toHaveLength(text.length + extra.length);
        expect(makeStorable(storable)).toBe(storable);
      }),
    );
  });

  it('when nothing is wrong with it, then it stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(makeStorable(text)).toBe(text);
      }),
    );
  });
});

describe('given canonical JSON', () => {
  it('when it is parsed, then it is the value it was made from', () => {
    fc.assert(
      fc.property(storableJson, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  it('when the members come in another order, then it is the same text', () => {
    fc.assert(
      fc.property(storableJson, (value) => {
        expect(canonicalJson(reverseMembers(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('when the texts of two values are the same, then so are the values', () => {
    const few = fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('"', ',', '1', '}') });
    fc.assert(
      fc.property(few, few, (left, right) => {
        const [one, other] = [left, right].map((value) => JSON.parse(JSON.stringify(value)) as Json) as [Json, Json];
        if (canonicalJson(one) === canonicalJson(other)) expect(one).toEqual(other);
      }),
    );
    expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: '1' }));
    expect(canonicalJson([1, 23])).not.toBe(canonicalJson([12, 3]));
  });

  // The example of RFC 8785, section 3.2.3: sorted by UTF-16 code units, so the emoji comes before U+FB33.
  it('when names are not ASCII, then they are sorted as RFC 8785 says', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    const names = Object.keys(JSON.parse(canonicalJson(value).replace('"1":', '"one":')));
    expect(names).toEqual(['\r', 'one', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
    expect(canonicalJson(value)).not.toContain(' ');
  });

  it.each([
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [-0, '0'],
    [0.1 + 0.2, '0.30000000000000004'],
    ['\u20ac$\u000f\nA\'B"\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"'],
    [{ b: [null, true], a: {} }, '{"a":{},"b":[null,true]}'],
  ])('when the value is %j, then it is written as RFC 8785 says', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});

describe('given a limit of bytes', () => {
  it('when a value is as large as allowed, then it is taken, and one byte more is refused', () => {
    expect(jsonUpTo(6).safeParse('ää').success).toBe(true);
    expect(jsonUpTo(5).safeParse('ää').error?.issues[0]?.message).toBe('is 6 bytes; at most 5 are allowed');
  });

  it('when a value is no JSON, then it is refused without being measured', () => {
    expect(jsonUpTo(5).safeParse(1n).success).toBe(false);
    expect(jsonUpTo(5).safeParse(undefined).success).toBe(false);
  });
});

function reverseMembers(value: Json): Json {
  if (Array.isArray(value)) return value.map(reverseMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, reverseMembers(member)]);
  return Object.fromEntries(members.toReversed());
}

function isWellFormedThroughout(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && isWellFormedThroughout(member));
}
