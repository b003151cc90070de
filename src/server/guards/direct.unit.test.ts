import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import type { AstNode } from './constructs.ts';
import type { GuardContext } from './context.ts';
import { compileDirect, notDirect } from './direct.ts';
import { registryGuard, shippedGuards } from './shipped.ts';

function evaluateDirectly(source: string, context: GuardContext): unknown {
  const run = compileDirect(jsonata(source).ast() as unknown as AstNode);
  if (!run) return notDirect;
  try {
    return run(context);
  } catch (error) {
    if (error === notDirect) return notDirect;
    throw error;
  }
}

/** What JSONata says, or the mark of an error. */
async function evaluateByJsonata(source: string, context: GuardContext): Promise<unknown> {
  try {
    const result = await jsonata(source).evaluate(context);
    return result === undefined ? undefined : JSON.parse(JSON.stringify(result));
  } catch {
    return 'an error';
  }
}

const leaf = fc.constantFrom(
  'state',
  'state.a',
  'state.b',
  'state.a.b',
  'state.`a b`',
  'event.payload',
  'event.payload.a',
  'event.payload.toString',
  'event.kind',
  "'x'",
  "'a.b'",
  "''",
  '0',
  '1',
  '-1.5',
  '1e308',
  'true',
  'false',
  'null',
);
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const part = tie('expression');
  const operator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=', 'and', 'or', '+', '-', '*', '&');
  const call = fc.constantFrom('$exists', '$type', '$not', '$boolean', '$string', '$count');
  const textCall = fc.constantFrom('$contains', '$substringBefore', '$substringAfter');
  return {
    expression: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.tuple(part, operator, part).map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
      fc.tuple(part, part, part).map(([test, yes, no]) => `(${test}) ? (${yes}) : (${no})`),
      fc.tuple(call, part).map(([name, argument]) => `${name}(${argument})`),
      fc.tuple(textCall, part, part).map(([name, text, at]) => `${name}(${text}, ${at})`),
      part.map((value) => `(${value}) in ['x', 'a.b', '']`),
      fc.tuple(part, part).map(([first, second]) => `{'p': ${first}, 'q': ${second}}`),
      part.map((value) => `[${value}]`),
    ),
  };
});

const scalar = fc.constantFrom<Json>(null, true, false, 0, 1, -1.5, 1e308, '', 'x', 'a.b', 'x.b');
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(
    fc.constantFrom('a', 'b', 'a b', '_jsonata_lambda'),
    fc.oneof(scalar, fc.dictionary(fc.constant('b'), scalar)),
  ),
);
const contexts = fc.record({ state: value, payload: value }).map(
  ({ state, payload }): GuardContext => ({
    state,
    event: {
      key: 'k',
      kind: 'a.b',
      payload,
      actor: { type: 'user', id: 'u', name: 'U', via: 'web' },
      occurredAt: '2026-01-01T00:00:00.000Z',
    },
  }),
);

describe('a direct evaluation', () => {
  it('says what JSONata says, or that it is not direct', async () => {
    let direct = 0;
    await fc.assert(
      fc.asyncProperty(expression, contexts, async (source, context) => {
        const answer = evaluateDirectly(source, context);
        if (answer === notDirect) return;
        direct += 1;
        expect(answer, source).toEqual(await evaluateByJsonata(source, context));
      }),
      { numRuns: 20_000 },
    );
    expect(direct).toBeGreaterThan(1_000);
  }, 120_000);

  it('covers every expression of the guards that workflows meet', () => {
    const met = shippedGuards.filter((guard) => guard !== registryGuard);
    const sources = met.flatMap(({ definition }) => definition.sources);
    for (const { check, transition } of sources) {
      for (const source of [check, transition])
        expect(compileDirect(jsonata(source).ast() as unknown as AstNode), source).toBeDefined();
    }
  });

  it.each(['$count(state)', 'state[0]', 'state.a * 2', 'state & state', '[1, 2]', "{'a': [1]}", "{'a': 1, 'a': 2}"])(
    'leaves %s to JSONata',
    (source) => {
      expect(compileDirect(jsonata(source).ast() as unknown as AstNode)).toBeUndefined();
    },
  );
});
