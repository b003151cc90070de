import { describe, expect, it } from 'vitest';
import { isPulseError } from '#domain/errors.ts';
import { compileGuard } from './compile.ts';

const nest = (open: string, inner: string, close: string, times: number) =>
  open.repeat(times) + inner + close.repeat(times);

/** What a registration is attacked with, and what its refusal must name. */
const hostile: [title: string, expression: string, named: RegExp][] = [
  ['a catastrophic regex', '$match(event.payload.text, /^(a+)+$/)', /regular expression.*character \d/],
  ['a regex in $contains', '$contains(event.payload.text, /(x+x+)+y/)', /regular expression.*character \d/],
  ['a regex in $replace', '$replace(event.key, /(.*)*/, "x")', /\$replace.*character \d/],
  ['a regex in $split', '$split(event.key, /(a|a)*$/)', /\$split.*character \d/],
  ['a regex applied', '/a/(event.key)', /regular expression/],
  ['a regex of 900 groups', `$contains(event.key, /${nest('(', 'a', ')', 900)}/)`, /regular expression/],
  ['a regex that hides a quote', "$contains(event.key, /'/) and ((state.a ?: 1) ?: 1) ' '", /operator \?:/],
  ['a huge text by $pad', "$pad('x', 200000000)", /\$pad.*character \d/],
  ['a huge text by $join', "$join($map([1..9999], function($i) { 'xxxxxxxxxx' }))", /\$join.*character \d/],
  ['$formatNumber with a huge picture', "$formatNumber(1, '0')", /\$formatNumber/],
  ['a range of ten million', '[1..9999999]', /range \.\..*character \d/],
  ['$count of a range', '$count([0..9999999]) > 0', /range \.\./],
  ['$eval', "$eval('1+1')", /\$eval.*character \d/],
  ['$eval of the payload', '$eval(event.payload.code)', /\$eval/],
  ['$eval under a name', '($e := $eval; $e("1"))', /:=|\$eval/],
  ['$eval passed on', "'1' ~> $eval", /~>|\$eval/],
  ['a lambda', 'function($x) { $x }', /lambda.*character \d/],
  ['a lambda with the Greek letter', 'λ($x) { $x }', /lambda/],
  ['a lambda called at once', '(function($x) { $x })(1)', /lambda/],
  ['endless recursion', '($f := function($n) { $f($n) }; $f(1))', /:=/],
  ['recursion that grows', '($f := function($n) { $f($n + 1) + 1 }; $f(0))', /:=/],
  ['the Y combinator', '(λ($f) { $f($f) })(λ($f) { $f($f) })', /lambda/],
  ['a partial application', '$substringAfter(?, ".")', /partial application.*character \d/],
  ['function application', 'state ~> $keys', /~>.*character \d/],
  ['a transform', 'state ~> |$|{"status": "active"}|', /~>/],
  ['a lone transform', '|state|{"a": 1}|', /transform.*character \d/],
  ['$map', '$map(event.payload.items, $string)', /\$map.*character \d/],
  ['$reduce', '$reduce(event.payload.items, $append)', /\$reduce/],
  ['$sift', '$sift(state)', /\$sift/],
  ['$each', '$each(state, $string)', /\$each/],
  ['$sort', '$sort(event.payload.items)', /\$sort/],
  ['$shuffle', '$shuffle(event.payload.items)', /\$shuffle/],
  ['$now', '$now() > event.occurredAt', /\$now.*character \d/],
  ['$millis', '$millis() > 0', /\$millis/],
  ['$random', '$random() < 0.5', /\$random.*character \d/],
  ['$toMillis with a picture', "$toMillis(event.occurredAt, '[Y]')", /\$toMillis/],
  ['$power', '$power(9, 999)', /\$power/],
  ['$error', "$error('x')", /\$error/],
  ['$base64decode', '$base64decode(event.key)', /\$base64decode/],
  ['an unknown function', '$launch()', /\$launch/],
  ['a JavaScript function', 'eval("1")', /call of "eval"/],
  ['a function without its argument', '$string()', /\$string of 0 values/],
  ['the context', '$', /variable \$ .*character \d/],
  ['the root', '$$.state', /variable \$\$/],
  ['a function as a value', '$merge', /variable \$merge/],
  ['the process', 'process.env', /the name process.*character \d/],
  ['the global object', 'globalThis', /the name globalThis/],
  ['__proto__ in a path', 'state.__proto__', /field name __proto__.*character \d/],
  ['constructor in a path', 'state.constructor.constructor', /field name constructor/],
  ['prototype in backticks', 'state.`prototype`', /field name prototype/],
  ['__proto__ as a key', '{"__proto__": {"status": "active"}}', /field name __proto__/],
  ['__proto__ with an escape', '{"\\u005f_proto__": 1}', /field name __proto__/],
  ['__proto__ by $lookup', '$lookup(state, "__proto__")', /field name __proto__/],
  ['a wildcard', 'event.*', /wildcard \*.*character \d/],
  ['descendants', '$count(**)', /wildcard \*\*/],
  ['the parent', 'event.payload.%', /parent operator %/],
  ['a filter', 'event.payload.items[price > 1]', /filter/],
  ['a filter that calls', 'event.payload.items[$eval("true")]', /\$eval/],
  ['a fractional index', 'event.payload.items[0.5]', /filter/],
  ['a sort', 'event.payload.items^(price)', /sort \^/],
  ['grouping', 'event.payload.items{id: price}', /grouping/],
  ['a focus bind', 'event.payload@$p.items', /focus bind @/],
  ['a position bind', 'event.payload.items#$i', /position bind #/],
  ['a singleton array', 'state[]', /empty predicate \[\]/],
  ['a sequence of expressions', '(1; 2)', /sequence of expressions/],
  ['nothing in parentheses', '()', /empty pair of parentheses/],
  ['an expression as a step', 'state.(status)', /not a name/],
  ['exponential ?:', nest('(', 'state.a', ' ?: 1)', 250), /operator \?:.*character \d/],
  ['exponential ??', nest('(', 'state.a', ' ?? 1)', 250), /operator \?\?.*character \d/],
  ['1000 open parentheses', '('.repeat(1000), /not a JSONata expression/],
  ['deep parentheses', nest('(', '1', ')', 1000), /deeper than 32|too deep/],
  ['deep arrays', nest('[', '1', ']', 1000), /deeper than 32|too deep/],
  ['deep objects', nest("{'a':", '1', '}', 300), /deeper than 32|too deep/],
  ['deep conditions', `${'true?'.repeat(300)}1`, /deeper than 32|too deep/],
  ['deep negation', `${'- '.repeat(1000)}state.a`, /deeper than 32|too deep/],
  ['a long sum', `1${'+1'.repeat(1000)}`, /deeper than 32/],
  ['a wide array', `[${'1,'.repeat(500)}1]`, /more than 200 parts/],
  ['a long path', `state${'.a'.repeat(1000)}`, /more than 200 dots/],
  ['parents all the way', `%${'.%'.repeat(1000)}`, /more than 200 dots/],
  ['the parent of no one', '%.%.%', /parent/],
  ['a signature of brackets', `function($a)<${'('.repeat(1900)}>{1}`, /lambda/],
  ['comments only', '/**/'.repeat(500), /not a JSONata expression/],
  ['a comment without end', '/* state', /not a JSONata expression/],
  ['a text without end', `"${'a'.repeat(2000)}`, /not a JSONata expression/],
  ['an enormous text', `state.a = '${'x'.repeat(3000)}'`, /2048/],
  ['more than any expression', 'x'.repeat(1_000_000), /2048/],
  ['an enormous number', `1${'0'.repeat(400)}`, /not a JSONata expression.*range/],
  ['an infinite number', '1e999', /not a JSONata expression.*range/],
  ['a NUL character', "state.a = '\0'", /NUL/],
  ['an escaped NUL character', "state.a = '\\u0000'", /NUL.*character \d/],
  ['half of a surrogate pair', "state.a = '\\ud800'", /surrogate/],
  ['an unfinished expression', 'state.status = ', /not a JSONata expression/],
  ['white space', '   ', /not a JSONata expression/],
  ['a field that events lack', 'event.position > 1', /event\.position.*payload/],
];

const register = (part: 'check' | 'transition', expression: string) => () =>
  compileGuard({
    name: 'hostile',
    initial_value: {},
    sources: [{ kind: '*.*', check: 'true', transition: 'state', [part]: expression }],
  });

describe('given a hostile expression', () => {
  it('the set is as large as promised', () => {
    expect(hostile.length).toBeGreaterThanOrEqual(40);
    expect(new Set(hostile.map(([, expression]) => expression)).size).toBe(hostile.length);
  });

  it.each(hostile)('when it is %s, then registration refuses it and names it', (_title, expression, named) => {
    for (const part of ['check', 'transition'] as const) {
      const error = catchError(register(part, expression));
      if (!isPulseError(error, 'GUARD_INVALID')) throw error;
      expect(error.details.issues.map(({ path }) => path)).toContain(`sources[0].${part}`);
      expect(error.details.issues.map(({ message }) => message).join('\n')).toMatch(named);
    }
  });

  it('when all are registered, then no one takes 50 ms', () => {
    const slow = hostile.filter(([, expression]) => fastestMs(register('check', expression)) >= 50);
    expect(slow.map(([title]) => title)).toEqual([]);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('it was accepted');
}

// The fastest of three, so that a busy machine does not fail a test of the expression's own cost.
function fastestMs(run: () => unknown): number {
  return Math.min(
    ...[1, 2, 3].map(() => {
      const startedAt = performance.now();
      catchError(run);
      return performance.now() - startedAt;
    }),
  );
}
