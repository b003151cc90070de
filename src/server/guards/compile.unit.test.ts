import { describe, expect, it } from 'vitest';
import { isPulseError } from '#domain/errors.ts';
import type { GuardSource } from '#domain/guard.ts';
import { compileGuard } from './compile.ts';

const source = (kind: string, part: Partial<GuardSource> = {}): GuardSource => ({
  kind,
  check: 'true',
  transition: 'state',
  ...part,
});
const define = (...sources: GuardSource[]) => ({ name: 'g', initial_value: {}, sources });

const issuesOf = (definition: unknown) => {
  try {
    compileGuard(definition);
  } catch (error) {
    if (isPulseError(error, 'GUARD_INVALID')) return error.details.issues;
    throw error;
  }
  return [];
};

describe('given a guard with several sources for one kind', () => {
  const kinds = ['*.*', 'meta.*', '*.__abort__', 'meta.__abort__', '*.*.*'];
  const pick = (kind: string, order: string[]) =>
    compileGuard(define(...order.map((each) => source(each)))).pickSource(kind)?.definition.kind;

  it.each([
    ['meta.__abort__', 'meta.__abort__'],
    ['other.__abort__', '*.__abort__'],
    ['meta.coder', 'meta.*'],
    ['other.coder', '*.*'],
    ['meta.sub.coder', '*.*.*'],
    ['a.b.c.d', undefined],
  ])('when the event is %s, then %s decides, in whatever order they are written', (kind, expected) => {
    expect(pick(kind, kinds)).toBe(expected);
    expect(pick(kind, kinds.toReversed())).toBe(expected);
  });

  it('when more kinds come than are remembered, then each is still picked right', () => {
    const guard = compileGuard(define(...kinds.map((kind) => source(kind))));
    for (let turn = 0; turn < 2; turn += 1)
      for (let n = 0; n < 2_500; n += 1) {
        expect(guard.pickSource(`w${n}.__abort__`)?.definition.kind).toBe('*.__abort__');
        expect(guard.pickSource(`w${n}.a.b.c`)).toBeUndefined();
      }
  });
});

describe('given a definition that is not valid', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, ''],
    ['a text', 'guard', ''],
    ['no sources', { name: 'g', initial_value: {}, sources: [] }, 'sources'],
    ['no initial value', { name: 'g', sources: [source('*.*')] }, 'initial_value'],
    ['a name with a capital', { ...define(source('*.*')), name: 'Guard' }, 'name'],
    ['a kind of one segment', define(source('*')), 'sources[0].kind'],
    ['two sources of one kind', define(source('*.*'), source('*.*')), ''],
    ['an unknown member', { ...define(source('*.*')), sideEffect: 'rm' }, ''],
    ['a hostile check', define(source('*.*'), source('a.b', { check: '$eval("1")' })), 'sources[1].check'],
    ['a hostile transition', define(source('*.*', { transition: '$now()' })), 'sources[0].transition'],
    [
      'a prototype to begin with',
      { ...define(source('*.*')), initial_value: JSON.parse('{"__proto__":1}') },
      'initial_value',
    ],
    [
      'too large a value to begin with',
      { ...define(source('*.*')), initial_value: 'x'.repeat(20_000) },
      'initial_value',
    ],
  ])('when it has %s, then the place is named', (_what, definition, path) => {
    expect(issuesOf(definition).map((issue) => issue.path)).toContain(path);
  });

  it('when several places are wrong, then all are named in one message', () => {
    const bad = define(source('a.b', { check: 'foo' }), source('c.d', { transition: '$random()' }));
    expect(() => compileGuard(bad)).toThrow(
      /The guard g is not valid.*sources\[0\]\.check: the name foo.*sources\[1\]/,
    );
  });

  it('when a check is too long, then its limit is named', () => {
    expect(issuesOf(define(source('a.b', { check: 'x'.repeat(2_049) })))).toEqual([
      { path: 'sources[0].check', message: 'must be at most 2048 characters' },
    ]);
  });

  it('when it is named like a member of every object, then the name is refused', () => {
    expect(() => compileGuard({ ...define(source('a.b')), name: 'constructor' })).toThrow(/name: .*choose another/);
  });

  it('when very much is wrong, then the list of issues stays short', () => {
    const bad = define(...Array.from({ length: 100 }, (_, n) => source(`a.b${n}`, { check: '$a($b($c(1)))' })));
    expect(issuesOf(bad).length).toBeLessThan(40);
  });
});

describe('given an expression within the allow-list', () => {
  it.each([
    "state.status = 'active' and event.kind != 'a.b' or true",
    'event.payload.n + 1 - 2 * 3 / 4 % 5 > -state.n',
    "state.role in ['a', 'b', null] and $not(false)",
    'event.payload.items[0].price >= 1.5 and state.list[-1] <= 2',
    "{'a': [1, [2]], event.key: $keys(state)[0], 'c': event.payload.x ? 'y'}",
    "'a' & event.actor.name & $string(event.payload) & $lowercase('X') & $uppercase('x')",
    "$exists(state.a) ? $number('1') : $length('abc')",
    "$contains(event.kind, '.') and $boolean(1) and $count(state.list) = 0",
    "$merge([state, {'n': 1}])",
    "$append($lookup(state, 'list'), $type(event.payload))",
    "$substringBefore(event.kind, '.') = $substringAfter(event.kind, '.')",
    'state.`a field`."another".and.in.or',
    '((state.a)) /* a comment with (brackets) */',
  ])('when it is %s, then it compiles', (expression) => {
    expect(issuesOf(define(source('*.*', { check: expression, transition: expression })))).toEqual([]);
  });
});
