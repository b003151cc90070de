import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardDefinition, GuardedEvent, GuardStates } from '#domain/guard.ts';
import type { Json } from '#domain/json.ts';
import { compileGuard } from './compile.ts';
import { evaluateGuards } from './evaluate.ts';
import { shippedGuards } from './shipped.ts';

const event = (kind: string, payload: Json = null): GuardedEvent => ({
  key: 'k1',
  kind,
  payload,
  actor: { type: 'user', id: 'u1', name: 'Ada', via: 'cli' },
  occurredAt: '2026-01-01T00:00:00.000Z',
});

const guard = (check: string, transition = 'state', initial_value: Json = {}) =>
  compileGuard({ name: 'g', initial_value, sources: [{ kind: '*.*', check, transition }] });

const stateAfter = async (transition: string, payload: Json = null, state: Json = {}) => {
  const verdict = await evaluateGuards([guard('true', transition)], { g: state }, event('a.b', payload));
  return verdict.ok ? verdict.states.g : verdict.check;
};

describe('given guards that let an event pass', () => {
  it('when none has a source for the kind, then the very same states come back', async () => {
    const states: GuardStates = { other: 1 };
    const lifecycle = shippedGuards.slice(0, 1);
    expect(await evaluateGuards(lifecycle, states, event('meta.coder'))).toEqual({ ok: true, states });
    const verdict = await evaluateGuards(lifecycle, states, event('meta.coder'));
    expect(verdict.ok && verdict.states).toBe(states);
  });

  it('when the transition keeps the state, then the very same states come back', async () => {
    const states: GuardStates = {};
    const verdict = await evaluateGuards([guard('true', 'state')], states, event('a.b'));
    expect(verdict.ok && verdict.states).toBe(states);
  });

  it('when the guard has seen nothing of the key, then it begins with its initial value', async () => {
    const counter = guard('state.n < 2', "{'n': state.n + 1}", { n: 0 });
    const first = await evaluateGuards([counter], {}, event('a.b'));
    expect(first).toEqual({ ok: true, states: { g: { n: 1 } } });
    const third = await evaluateGuards([counter], { g: { n: 2 } }, event('a.b'));
    expect(third).toEqual({ ok: false, guard: 'g', check: 'state.n < 2', state: { n: 2 } });
  });

  it('when the order of an object’s fields could show, then it is always the same', async () => {
    const ordered = guard(
      'true',
      "{'names': $keys(event.payload), 'text': $string(event.payload), 'both': '' & state}",
    );
    const run = async (payload: Json, state: Json) => {
      const verdict = await evaluateGuards([ordered], { g: state }, { ...event('a.b'), payload });
      return verdict.ok && verdict.states.g;
    };
    const asStored = await run({ b: { d: 1, c: 2 }, a: 3 }, { y: 1, x: 2 });
    expect(asStored).toEqual(await run({ a: 3, b: { c: 2, d: 1 } }, { x: 2, y: 1 }));
    expect(asStored).toEqual({ names: ['a', 'b'], text: '{"a":3,"b":{"c":2,"d":1}}', both: '{"x":2,"y":1}' });
  });

  it('when a later guard refuses, then no state has changed', async () => {
    const states: GuardStates = { 'workflow-lifecycle': { status: 'active' } };
    const before = structuredClone(states);
    const verdict = await evaluateGuards(
      [...shippedGuards, guard('event.payload = 1')],
      states,
      event('meta.__abort__'),
    );
    expect(verdict).toEqual({ ok: false, guard: 'g', check: 'event.payload = 1', state: {} });
    expect(states).toEqual(before);
  });

  it('when the caller knows more of the event, then the guard does not see it', async () => {
    const stored = { ...event('a.b'), position: 7, hash: 'x' };
    const verdict = await evaluateGuards([guard('true', '$keys(event)')], {}, stored);
    expect(verdict.ok && verdict.states.g).toEqual(['actor', 'key', 'kind', 'occurredAt', 'payload']);
  });
});

describe('given a check that does not decide', () => {
  it.each([
    ['nothing', 'state.missing'],
    ['a comparison with nothing', 'state.missing > 1'],
    ['a number', '1'],
    ['a text', "'true'"],
    ['an object', "{'ok': true}"],
    ['an array', '[true, true]'],
    ['null', 'null'],
  ])('when it returns %s, then it refuses', async (_what, check) => {
    expect(await evaluateGuards([guard(check)], {}, event('a.b'))).toEqual({
      ok: false,
      guard: 'g',
      check,
      state: {},
    });
  });

  it.each([
    ['adds a text', "state.n + 'a' > 1", /right side.*\+/i],
    ['compares a text with a number', 'event.key > 1', /failed: /],
    ['reads a number from a text', '$number(event.key) = 1', /failed: .*cast/],
    ['counts past the limit', '$count(event.payload.items.id) > 0', /failed: .*1000/],
  ])('when it %s, then it refuses and says what failed', async (_what, check, reason) => {
    const payload = { items: Array.from({ length: 1_001 }, (_, id) => ({ id })) };
    const verdict = await evaluateGuards([guard(check)], { g: { n: 1 } }, event('a.b', payload));
    expect(verdict).toMatchObject({ ok: false, guard: 'g', state: { n: 1 } });
    expect(!verdict.ok && verdict.check).toMatch(reason);
    expect(!verdict.ok && verdict.check.startsWith(check)).toBe(true);
  });

  it('when the failure quotes a huge payload, then the reason stays short', async () => {
    const verdict = await evaluateGuards([guard('$number(event.payload) = 1')], {}, event('a.b', '😀'.repeat(50_000)));
    expect(!verdict.ok && verdict.check.length).toBeLessThan(300);
    expect(!verdict.ok && verdict.check.isWellFormed()).toBe(true);
  });
});

describe('given a transition', () => {
  it.each([
    ['builds an object', "{'a': event.payload.n, 'b': [1, state.x]}", { a: 5, b: [1] }],
    ['builds an array of one', '[event.payload.n]', [5]],
    ['reads the only item of an array', 'event.payload.list[0]', 'x'],
    ['appends', '$append(event.payload.list, 6)', ['x', 6]],
    ['merges', "$merge([event.payload, {'n': 6}])", { n: 6, list: ['x'] }],
    ['returns null', 'null', null],
  ])('when it %s, then the state is plain JSON', async (_what, transition, expected) => {
    const state = await stateAfter(transition, { n: 5, list: ['x'] });
    expect(state).toStrictEqual(expected);
    if (Array.isArray(state))
      expect(Object.getOwnPropertyNames(state)).toEqual([...state.keys(), 'length'].map(String));
  });

  it('when it takes a part of the event, then the state shares nothing with it', async () => {
    const payload = { deep: { n: 1 } };
    expect(await stateAfter('event.payload.deep', payload)).toEqual({ n: 1 });
    expect(await stateAfter('event.payload.deep', payload)).not.toBe(payload.deep);
  });

  it.each([
    ['returns nothing', 'state.missing', /no result/],
    ['divides by zero', "{'n': 1 / 0}", /failed: /],
    ['makes no number', "{'n': $number('0x1') * 0 / 0}", /failed: .*(NaN|JSON)/],
    ['keeps too much', 'event.payload.large', /over 16384 bytes/],
    ['keeps too much in bytes', 'event.payload.wide', /bytes; at most 16384/],
    ['keeps too many', 'event.payload.many', /over 16384 bytes/],
    ['takes over a prototype', 'event.payload.evil', /__proto__/],
    ['names a field from the payload', "{event.payload.name: 'x'}", /constructor/],
  ])('when it %s, then it refuses', async (_what, transition, reason) => {
    const payload = {
      large: 'x'.repeat(20_000),
      wide: 'ä'.repeat(9_000),
      many: Array.from({ length: 20_000 }, () => 1),
      evil: JSON.parse('{"__proto__": {"status": "active"}}'),
      name: 'constructor',
    };
    expect(await stateAfter(transition, payload)).toMatch(reason);
  });
});

describe('given a payload that imitates the inside of JSONata', () => {
  const marks = [
    '_jsonata_function',
    '_jsonata_lambda',
    'sequence',
    'tupleStream',
    'outerWrapper',
    'cons',
    'thunk',
    'then',
  ];
  const imitation = fc.dictionary(
    fc.constantFrom(...marks, 'arguments', 'body', 'environment', 'implementation', 'signature', 'round', 'length'),
    fc.oneof(fc.constant(true), fc.constant(0), fc.constant([]), fc.constant({ base: { depth: 0 }, type: 'path' })),
  );

  it('when it is used in every way, then the guard decides or refuses, and nothing escapes', async () => {
    const uses = ['event.payload', 'event.payload[0]', '$lookup(event, "payload")', '$merge([event.payload])'];
    const checks = ['$exists(event.payload)', '$contains("x", event.payload)', '$string(event.payload) = "x"'];
    const guards = [...uses.map((use) => guard('true', use)), ...checks.map((check) => guard(check))];
    await fc.assert(
      fc.asyncProperty(imitation, async (payload) => {
        const before = JSON.stringify(payload);
        for (const each of guards) {
          const verdict = await evaluateGuards([each], {}, event('a.b', freeze(payload as Json)));
          if (verdict.ok) expect(JSON.parse(JSON.stringify(verdict.states))).toEqual(verdict.states);
        }
        expect(JSON.stringify(payload)).toBe(before);
      }),
    );
  });
});

describe('given frozen input', () => {
  it('when any guard looks at it, then it is neither changed nor missed', async () => {
    const definition: GuardDefinition = {
      name: 'g',
      initial_value: [],
      sources: [
        {
          kind: '*.*',
          check: '$count(event.payload) >= 0 and $exists(state)',
          transition: "{'all': $append($append([], event.payload[0]), event.payload), 'was': $count(state)}",
        },
      ],
    };
    const guards = [...shippedGuards, compileGuard(definition)];
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), async (value) => {
        const payload = JSON.parse(JSON.stringify(value)) as Json;
        const states = freeze({ 'workflow-lifecycle': { status: 'active' }, g: [1, 2] });
        const verdict = await evaluateGuards(guards, states, freeze(event('a.b', payload)));
        if (!verdict.ok) expect(verdict.check).not.toMatch(/read only|extensible/);
      }),
    );
  });
});

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
