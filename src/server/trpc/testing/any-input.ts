import fc from 'fast-check';
import { z } from 'zod';
import { anyJson } from '#test/json.ts';
import { appRouter } from '../router.ts';

/** A procedure of the router, as a request names it. */
export interface Procedure {
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  /** Made from the schema of its input: some valid, some almost. Undefined for one that takes nothing. */
  input: fc.Arbitrary<unknown>;
}

interface JsonSchema {
  type?: string;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
}

const keys = ['k1', 'k2', 'k3', 'ключ', 'k 4'];
const names = ['pipeline', 'pipeline', 'pipeline', 'meta', 'mine', 'workflow-lifecycle', '__proto__', 'constructor'];
const kinds = [
  'meta.__start__',
  'meta.__abort__',
  'meta.__round__',
  'meta.coder',
  'a.b',
  'a.b.c',
  '*.*',
  '*.b',
  '*.*.*',
];
const cursors = ['', '0', '1', 'latest', '999999999999999', '0000', 'zzzz-1-1', '-1', '1e3', 'ä'];
const definition = fc.record({
  name: fc.constantFrom('mine', 'other', 'workflow-rounds', 'Not A Name'),
  initial_value: anyJson,
  sources: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      check: fc.constantFrom('true', 'false', 'event.payload.n = 1', '1/0', '$eval("1")', '(', "state.a & 'x' = 'x'"),
      transition: fc.constantFrom('state', "{'a': event.payload}", '$string(state)', 'event', '[state, state]'),
    }),
    { maxLength: 3 },
  ),
});
const pipeline = { steps: [{ role: 'build', run: 'true' }] };

/** Values that mean something to Pulse, by the name of the field that takes them. */
const known: Record<string, fc.Arbitrary<unknown>> = {
  key: fc.constantFrom(...keys),
  name: fc.constantFrom(...names),
  kind: fc.constantFrom(...kinds),
  commandId: fc.nat(99).map((n) => `c${n}`),
  expectedSequence: fc.nat(3),
  after: fc.constantFrom(...cursors),
  cursor: fc.constantFrom(...cursors),
  lastEventId: fc.constantFrom(...cursors),
  startedAfter: fc.constantFrom('2026-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999999999Z'),
  input: fc.oneof(fc.constant(pipeline), anyJson),
  definition: fc.oneof(definition, anyJson),
  roles: fc.subarray(['meta.coder', 'pipeline.build', 'mine.work'], { minLength: 1 }),
  worker: fc.constantFrom('w1', 'host/7', 'a b'),
  waitMs: fc.nat(20),
  payload: fc.oneof(
    fc.record({ round: fc.nat(3), role: fc.constantFrom('coder', ''), reason: fc.string() }),
    fc.constantFrom<unknown>({}, null, 'text', [1e21, -0], { __proto__: null, n: 1 }),
    anyJson,
  ),
};

/** What no field takes, or few. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  anyJson,
  fc.constantFrom<unknown>(
    ...['\0', '\ud800', 'x'.repeat(300 * 1024), '💥'.repeat(201), '\u202e', ' ', '%00', "';--", '__proto__', ''],
    ...[-1, 0.5, 1e308, -0, 2 ** 53, 1e15, 9_007_199_254_740_991],
    ...[null, true, [], {}, [[]], { $gt: '' }, ['a', { $ne: null }], JSON.parse('{"__proto__":{"key":"k1"}}')],
  ),
);

/** Every procedure that the router has. */
export const procedures: Procedure[] = Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
  const { type, inputs } = (procedure as unknown as { _def: { type: Procedure['type']; inputs: z.core.$ZodType[] } })
    ._def;
  const schema = inputs[0] && (z.toJSONSchema(inputs[0], { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  return { path, type, input: schema ? spoil(fromSchema(schema)) : anyJson };
});

function fromSchema(schema: JsonSchema, name = ''): fc.Arbitrary<unknown> {
  if (name in known) return known[name] as fc.Arbitrary<unknown>;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return fc.oneof(...parts.map((part) => fromSchema(part)));
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {}).map(([member, part]): [string, fc.Arbitrary<unknown>] => {
        const value = fromSchema(part, member);
        const isRequired = schema.required?.includes(member);
        return [member, isRequired ? value : fc.option(value, { nil: undefined, freq: 1 })];
      });
      return fc.record(Object.fromEntries(members));
    }
    case 'array':
      return fc.array(fromSchema(schema.items ?? {}), { maxLength: 4 });
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 9, 2 ** 31 - 1),
      });
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 12 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return anyJson;
  }
}

/** Changes none, one or two members of an object to something that does not belong there. */
function spoil(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const spoilt = fc.tuple(valid, fc.array(fc.tuple(fc.nat(), odd), { maxLength: 2 })).map(([input, changes]) => {
    const entries = Object.entries(input as object).filter(([, value]) => value !== undefined);
    const named = [...entries.map(([name]) => name), 'actor', 'limit', 'cursor'];
    const changed = changes.map(([which, value]) => [named[which % named.length] as string, value] as const);
    return Object.fromEntries([...entries, ...changed]);
  });
  return fc.oneof({ weight: 4, arbitrary: valid }, { weight: 4, arbitrary: spoilt }, { weight: 1, arbitrary: odd });
}
