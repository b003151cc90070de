import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSpecificity, Kind, KindPattern, matchesKind, splitKind } from './kind.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
const segments = fc.array(segment, { minLength: 2, maxLength: 5 });

/** A kind, and a pattern made from it by putting stars in some places. */
const kindWithPattern = segments.chain((parts) =>
  fc.array(fc.boolean(), { minLength: parts.length, maxLength: parts.length }).map((stars) => ({
    kind: parts.join('.'),
    pattern: parts.map((part, index) => (stars[index] ? '*' : part)).join('.'),
    stars: stars.filter(Boolean).length,
  })),
);

describe('given texts that may be kinds', () => {
  it.each(['meta.__start__', 'a.b', 'pulse.guard.__apply__', 'A-1._'])('when it is %s, then it is one', (kind) => {
    expect(Kind.safeParse(kind).success).toBe(true);
    expect(KindPattern.safeParse(kind).success).toBe(true);
  });

  it.each(['', 'meta', '.a', 'a.', 'a..b', 'a b.c', 'a.b\n', 'ä.b', `a.${'b'.repeat(100)}`])(
    'when it is %j, then it is none, nor a pattern',
    (kind) => {
      expect(Kind.safeParse(kind).success).toBe(false);
      expect(KindPattern.safeParse(kind).success).toBe(false);
    },
  );

  it.each(['*.__abort__', 'meta.*', '*.*', '*.*.c'])('when it is %s, then it is a pattern only', (pattern) => {
    expect(Kind.safeParse(pattern).success).toBe(false);
    expect(KindPattern.safeParse(pattern).success).toBe(true);
  });

  it.each(['*', 'a.b*', '**.a', 'a.**'])('when it is %s, then it is not even a pattern', (pattern) => {
    expect(KindPattern.safeParse(pattern).success).toBe(false);
  });

  it('when a kind is split, then its parts make it again', () => {
    expect(splitKind('pulse.guard.__apply__')).toEqual({ name: 'pulse', tail: 'guard.__apply__' });
    fc.assert(
      fc.property(segments, (parts) => {
        const { name, tail } = splitKind(parts.join('.'));
        expect([name, tail]).toEqual([parts[0], parts.slice(1).join('.')]);
      }),
    );
  });
});

describe('given a pattern and a kind', () => {
  it.each([
    ['meta.__abort__', 'meta.__abort__', true],
    ['meta.__abort__', 'meta.__end__', false],
    ['*.__abort__', 'meta.__abort__', true],
    ['*.__abort__', 'meta.sub.__abort__', false],
    ['*.*', 'meta.coder', true],
    ['*.*', 'meta.sub.coder', false],
    ['*.*.*', 'meta.coder', false],
    ['meta.*', 'metamorph.coder', false],
  ])('when %s is held against %s, then the answer is %s', (pattern, kind, expected) => {
    expect(matchesKind(pattern, kind)).toBe(expected);
  });

  it('when stars stand for single segments, then it matches', () => {
    fc.assert(
      fc.property(kindWithPattern, ({ kind, pattern }) => {
        expect(matchesKind(pattern, kind)).toBe(true);
      }),
    );
  });

  it('when a literal segment differs or the length does, then it does not match', () => {
    fc.assert(
      fc.property(kindWithPattern, segment, ({ kind, pattern }, other) => {
        expect(matchesKind(pattern, `${kind}.${other}`)).toBe(false);
        const parts = kind.split('.');
        for (const [index, part] of pattern.split('.').entries()) {
          const changed = parts.with(index, `${parts[index]}x`).join('.');
          expect(matchesKind(pattern, changed)).toBe(part === '*');
        }
      }),
    );
  });
});

describe('given patterns that match one kind', () => {
  it('when they are sorted, then exact comes before *.tail before name.* before *.*', () => {
    const sorted = ['meta.__abort__', '*.__abort__', 'meta.*', '*.*'];
    expect(sorted.toReversed().sort(compareSpecificity)).toEqual(sorted);
    expect(['*.*', 'meta.*', 'meta.__abort__', '*.__abort__'].sort(compareSpecificity)).toEqual(sorted);
  });

  it('when one has fewer stars, then it comes first', () => {
    fc.assert(
      fc.property(kindWithPattern, ({ kind, pattern, stars }) => {
        expect(Math.sign(compareSpecificity(kind, pattern))).toBe(stars === 0 ? 0 : -1);
      }),
    );
  });

  it('when they are compared both ways, then the answers agree', () => {
    fc.assert(
      fc.property(kindWithPattern, kindWithPattern, (left, right) => {
        const there = compareSpecificity(left.pattern, right.pattern);
        expect(there + compareSpecificity(right.pattern, left.pattern)).toBe(0);
      }),
    );
  });
});
