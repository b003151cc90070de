import fc from 'fast-check';
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
  ['$eval under the name of an allowed function', '($string := $eval; $string("1"))', /:=/],
  ['an allowed function under a new name', '$f := $string', /assignment :=/],
  ['a choice of functions', '(true ? $string : $eval)("1")', /call of what an expression returns/],
  ['a function from a list', '[$eval][0]("1")', /call of/],
  ['a call of a result', '$string(1)("2")', /call of what an expression returns/],
  ['a call as a step', 'event.payload.$eval("1")', /\$eval/],
  ['a method of a field', 'event.payload.toString()', /call of "toString"/],
  ['a function of the prototype', '$constructor("return process")()', /\$constructor/],
  ['a function named __proto__', '$__proto__()', /\$__proto__/],
  ['a variable named __proto__', '$__proto__', /variable \$__proto__/],
  ['two placeholders', '$append(?, ?)', /partial application/],
  ['a chain of functions', 'event.key ~> $string ~> $length', /~>.*character \d/],
  ['a transform that deletes', 'state ~> |$|{}, ["status"]|', /~>/],
  ['$filter', '$filter(event.payload, function($v) { true })', /\$filter/],
  ['$single', '$single(event.payload, function($v) { true })', /\$single/],
  ['$replace', '$replace(event.key, "a", "aaaaaaaa")', /\$replace/],
  ['$split into everything', '$split(event.key, "")', /\$split/],
  ['$match', '$match(event.key, "a")', /\$match/],
  ['$join of a text with itself', '$join([event.key, event.key], event.key)', /\$join/],
  ['$assert', '$assert(state.a, event.key)', /\$assert/],
  ['$zip', '$zip(event.payload, event.payload)', /\$zip/],
  ['$spread', '$spread(event.payload)', /\$spread/],
  ['$distinct', '$distinct(event.payload)', /\$distinct/],
  ['$fromMillis', '$fromMillis(1e300)', /\$fromMillis/],
  ['$formatInteger in words', "$formatInteger(1e300, 'w')", /\$formatInteger/],
  ['$formatBase', '$formatBase(1e300, 2)', /\$formatBase/],
  ['$round to 300 digits', '$round(1.5, 300)', /\$round/],
  ['$decodeUrlComponent', '$decodeUrlComponent("%")', /\$decodeUrlComponent/],
  ['$type of the context', '$type()', /\$type of 0 values/],
  ['a regex with a back reference', '$contains(event.key, /(a+)\\1+$/)', /regular expression/],
  ['a regex that looks ahead', '/(?=(a+))a*b/', /regular expression/],
  ['a regex without end', `/${'('.repeat(2000)}`, /not a JSONata expression.*terminating/],
  ['an endless range in a list', '1 in [1..9999999]', /range \.\./],
  ['a range from the state', '[state.a..state.b]', /range \.\./],
  ['a list of indexes', 'event.payload[[0..9999999]]', /range \.\./],
  ['an index past what is exact', 'state[9007199254740993]', /filter/],
  ['__proto__ in quotes', 'state."__proto__"', /field name __proto__/],
  ['constructor as the root', '"constructor"."constructor"', /field name constructor/],
  ['prototype as a key in backticks', '{`prototype`: 1}', /prototype/],
  ['__proto__ behind a filter', 'event.payload[0].__proto__', /field name __proto__/],
  ['a wildcard as the root', '*.state', /wildcard \*/],
  ['descendants in a path', 'event.**.a', /wildcard \*\*/],
  ['a sort both ways', 'event.payload^(<a, >b)', /sort \^/],
  ['binds in a join', 'event@$e.payload@$p[$e.key = $p.key]', /focus bind @/],
  ['a path into a constructor', '{"a": state}.a', /not a name/],
  ['a letter of another width', '\uff04eval("1")', /call of "\uff04eval"/],
  ['a dot of another width', 'state\uff0estatus', /name state\uff0estatus/],
  ['a letter of another script', '\u0455tate.status', /name \u0455tate/],
  ['a name with an invisible space', '$ev\u200bal("1")', /invisible character U\+200B.*character 4/],
  ['a name with an invisible letter', 'state.a\u3164 = 1', /invisible character U\+3164/],
  ['a name that ends with a hard space', 'state.a\u00a0= 1', /invisible character U\+00A0/],
  ['text that is turned round', "state.a = 'x\u202e ;'", /invisible character U\+202E/],
  ['a comment that is turned round', '/* \u2066 */ true', /invisible character U\+2066/],
  ['an invisible tag', 'state.a = "\u{e0041}"', /invisible character U\+E0041/],
  ['a mark of byte order', '\ufeffstate.a', /invisible character U\+FEFF/],
  ['a line that only some see', 'state.a\u2028= 1', /invisible character U\+2028/],
  ['a vertical tab', 'state\v.a', /invisible character U\+000B/],
  ['deep lists in objects in parentheses', nest('([{"a":', '1', '}])', 180), /deeper than 32/],
  ['deep calls', nest('$not(', 'true', ')', 300), /deeper than 32/],
  ['deep choices', nest('(true ? ', '1', ' : 1)', 100), /deeper than 32/],
  ['1000 comparisons', `1${'=1'.repeat(1000)}`, /deeper than 32/],
  ['200 conjunctions', `state.a${' and state.a'.repeat(160)}`, /deeper than 32/],
  ['500 concatenations', `"a"${'&"a"'.repeat(500)}`, /deeper than 32/],
  ['an object of 180 fields', `{${Array.from({ length: 180 }, (_, n) => `"k${n}": 1`).join()}}`, /more than 200 parts/],
  ['900 arguments', `$append(${Array(900).fill('1').join()})`, /\$append of 900 values/],
  ['an enormous name', 'x'.repeat(2048), /the name x{50,120}….*not allowed/],
  ['an enormous variable', `$${'x'.repeat(2047)}`, /the variable \$x{50,120}….*not allowed/],
  ['an enormous function', `$${'x'.repeat(2040)}(1)`, /the function \$x{50,120}….*not allowed/],
  ['a small infinite number', '-1e400', /not a JSONata expression.*range/],
  ['a hexadecimal number', '0x7fffffff', /not a JSONata expression/],
  ['a comment in a name', '$/**/eval("1")', /not a JSONata expression/],
  ['a comment in a comment', '/* /* */ */ true', /wildcard \*/],
  ['a negation of JavaScript', '!state.a', /not a JSONata expression.*!/],
  ['an import', 'import("node:fs")', /call of "import"/],
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

const surroundings: ((inner: string) => string)[] = [
  (inner) => `(${inner})`,
  (inner) => `{'a': ${inner}}`,
  (inner) => `{$string(${inner}): 1}`,
  (inner) => `[1, ${inner}]`,
  (inner) => `state.a = (${inner})`,
  (inner) => `(${inner}) & 'x'`,
  (inner) => `-(${inner})`,
  (inner) => `$merge([state, ${inner}])`,
  (inner) => `true ? 1 : (${inner})`,
  (inner) => `(${inner}) ? 1`,
  (inner) => `(${inner}) in ['a']`,
  (inner) => `$not(${inner})[0]`,
];
const wrappings = fc.array(fc.constantFrom(...surroundings), { maxLength: 5 });
const wrap = (inner: string, around: typeof surroundings) => around.reduce((text, surround) => surround(text), inner);

describe('given an expression somewhere inside an allowed one', () => {
  it('when it is hostile, then it is refused there too', () => {
    const tooSmall = /^(white space|comments only)/; // Nothing at all may stand in parentheses or a list beside another.
    const expressions = hostile.filter(([title]) => !tooSmall.test(title)).map(([, expression]) => expression);
    fc.assert(
      fc.property(fc.constantFrom(...expressions), wrappings, (expression, around) => {
        const error = catchError(register('check', wrap(expression, around)));
        expect(isPulseError(error, 'GUARD_INVALID'), String(error)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('when it is allowed, then so is the whole', () => {
    const leaves = fc.constantFrom('state', 'event.payload.n', 'null', '1.5', "'a text'", '$count(state.list[-1])');
    fc.assert(
      fc.property(leaves, wrappings, (leaf, around) => {
        expect(register('transition', wrap(leaf, around))).not.toThrow();
      }),
    );
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
