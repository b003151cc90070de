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

  it('when it is made of any characters, then it is one exactly if its segments are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '_', '-', '.', '*', ' ', 'ä', '\n'), maxLength: 9 });
    const isSegment = (part: string) =>
      part.length > 0 && [...part].every((character) => /[A-Za-z0-9_-]/.test(character));
    fc.assert(
      fc.property(text, (candidate) => {
        const parts = candidate.split('.');
        const counts = parts.length === 2 || parts.length === 3;
        expect(Kind.safeParse(candidate).success).toBe(counts && parts.every(isSegment));
        const pattern = counts && parts.every((part) => part === '*' || isSegment(part));
        expect(KindPattern.safeParse(candidate).success).toBe(pattern);
      }),
      { numRuns: 1_000 },
    );
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

  it('when both are of few names, then it matches as the same regular expression does', () => {
    const some = fc.array(fc.constantFrom('a', 'b', 'ab', '*'), { minLength: 2, maxLength: 3 });
    const few = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(some, few, (pattern, kind) => {
        const same = new RegExp(`^${pattern.map((part) => (part === '*' ? '[^.]+' : part)).join('\\.')}$`);
        expect(matchesKind(pattern.join('.'), kind.join('.'))).toBe(same.test(kind.join('.')));
      }),
      { numRuns: 1_000 },
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

  // The specification's order: fewer stars first, then by the last segments.
  it.each([
    ['a.b', ['a.b', '*.b', 'a.*', '*.*']],
    ['a.b.c', ['a.b.c', '*.b.c', 'a.*.c', 'a.b.*', '*.*.c', '*.b.*', 'a.*.*', '*.*.*']],
  ])('when they are all those that match %s, then each has its place, however they came', (_kind, sorted) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted), (some) => {
        expect(some.toSorted(compareSpecificity)).toEqual(sorted.filter((pattern) => some.includes(pattern)));
      }),
    );
  });

  it('when a kind has one source of each, then which one decides does not depend on their order', () => {
    const patterns = kindWithPattern.map(({ pattern, kind }) => ({ pattern, kind }));
    fc.assert(
      fc.property(patterns, fc.infiniteStream(fc.boolean()), ({ pattern, kind }, stars) => {
        const parts = kind.split('.');
        const other = parts.map((part) => (stars.next().value ? '*' : part)).join('.');
        const order = compareSpecificity(pattern, other);
        expect(order === 0).toBe(pattern === other);
        expect(compareSpecificity(other, pattern)).toBe(order === 0 ? 0 : -order);
      }),
    );
  });
});
