import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, type WorkflowDefinition } from './definition.ts';
import type { Json } from './json.ts';
import { findOutput, type RoundResult } from './moderator.ts';
import { type CommandResult, command, fn } from './role.ts';

const head = {
  name: 'backup',
  description: 'Dumps a database and checks the dump.',
  input: z.strictObject({ database: z.string(), days: z.number().default(7) }),
  maxRounds: 6,
};

const backup = defineWorkflow(head, {
  roles: {
    dump: command(({ input }) => {
      expectTypeOf(input).toEqualTypeOf<{ database: string; days: number }>();
      return { run: ['pg_dump', input.database] };
    }),
    check: fn(async ({ input, history }) => {
      expectTypeOf(findOutput(history, 'dump')).toEqualTypeOf<Json | undefined>();
      expectTypeOf(findOutput(history, 'dump', z.object({ n: z.number() }))).toEqualTypeOf<{ n: number } | undefined>();
      return { complete: input.days > 0 };
    }),
    tell: fn(() => {}),
    log: fn(async () => {}),
  },
  moderator: ({ input, history }) => {
    expectTypeOf(input.days).toEqualTypeOf<number>();
    const last = history.at(-1);
    if (!last) return { role: 'dump' };
    expectTypeOf(last.role).toEqualTypeOf<'dump' | 'check' | 'tell' | 'log'>();
    if (last.outcome === 'lost') return { role: last.role };
    if (last.outcome !== 'succeeded') return { end: 'failed' };
    if (last.role === 'dump') expectTypeOf(last.output).toEqualTypeOf<CommandResult>();
    if (last.role === 'check') expectTypeOf(last.output).toEqualTypeOf<{ complete: boolean }>();
    if (last.role === 'tell' || last.role === 'log') expectTypeOf(last.output).toEqualTypeOf<null>();
    expectTypeOf(findOutput(history, 'check')).toEqualTypeOf<{ complete: boolean } | undefined>();
    // @ts-expect-error There is no such role.
    findOutput(history, 'ceck');
    return findOutput(history, 'check')?.complete ? { end: 'done' } : { role: 'check' };
  },
});

describe('a definition is typed', () => {
  test('by its input and its roles', () => {
    expectTypeOf(backup.input).toEqualTypeOf<z.ZodType<{ database: string; days: number }>>();
    expect(backup).toMatchObject({ name: 'backup', maxRounds: 6, roles: { dump: { type: 'command' } } });
  });

  test('so that its moderator cannot name a role that is not there', () => {
    const roles = { dump: command({ run: 'true' }) };
    // @ts-expect-error There is no such role.
    defineWorkflow(head, { roles, moderator: () => ({ role: 'dmup' }) });
  });

  test('so that roles take the input that it has', () => {
    const roles = { dump: fn((_: { input: { file: string } }) => null) };
    // @ts-expect-error The input has no file.
    defineWorkflow(head, { roles, moderator: () => ({ role: 'dump' }) });
  });

  test('with roles that follow from the input', () => {
    defineWorkflow(head, {
      roles: ({ database }) => ({ [database]: command({ run: 'true' }) }),
      moderator: ({ input, history }) => {
        const last = history.at(-1);
        if (last?.outcome === 'succeeded') expectTypeOf(last.output).toEqualTypeOf<CommandResult>();
        return { role: input.database };
      },
    });
  });

  test('and fits into a list with others', () => {
    expectTypeOf([backup]).toExtend<WorkflowDefinition[]>();
  });
});

test.each(['a b', '__end__', ''])('a definition takes no name like %j, for itself or a role', (name) => {
  const body = { roles: { work: fn(() => null) }, moderator: () => ({ role: 'work' as const }) };
  expect(() => defineWorkflow({ ...head, name }, body)).toThrow(`'${name}' must be letters`);
  const roles = { [name]: fn(() => null) };
  expect(() => defineWorkflow(head, { roles, moderator: () => ({ end: 'done' }) })).toThrow(
    `'${name}' must be letters`,
  );
});

describe('the output of a role', () => {
  const round = (number: number, outcome: RoundResult['outcome'], output: Json): RoundResult => ({
    round: number,
    role: 'count',
    outcome,
    output,
    error: null,
  });
  const history = [round(1, 'succeeded', { n: 1 }), round(2, 'succeeded', { n: 2 }), round(3, 'failed', { n: 3 })];

  test('is that of its last success', () => {
    expect(findOutput(history, 'count')).toEqual({ n: 2 });
    expect(findOutput(history, 'check')).toBeUndefined();
  });

  test('is read with a schema where one is given', () => {
    const N = z.object({ n: z.number().transform(String) });
    expect(findOutput(history, 'count', N)).toEqual({ n: '2' });
    expect(findOutput(history, 'check', N)).toBeUndefined();
    expect(() => findOutput(history, 'count', z.string())).toThrow('expected string');
  });
});
