import { expect, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { describeFirst, describeIssue } from './issue.ts';

function describe(schema: z.ZodType, input: unknown): string[] | undefined {
  return schema.safeParse(input).error?.issues.map(describeIssue);
}

test.each([
  [z.number().max(10), 11, 'must be at most 10'],
  [z.int().max(10), 11, 'must be at most 10'],
  [z.int(), 1e20, `must be at most ${Number.MAX_SAFE_INTEGER}`],
  [z.number().lt(10), 10, 'must be less than 10'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().positive(), 0, 'must be more than 0'],
  [z.string().max(3), 'long', 'must be at most 3 characters'],
  [z.string().min(3), 'no', 'must be at least 3 characters'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().length(3), 'long', 'must be exactly 3 characters'],
  [z.array(z.number()).max(1), [1, 2], 'must be at most 1 item'],
  [z.array(z.number()).min(1), [], 'must not be empty'],
])('a limit is said in our words: %#', (schema, input, message) => {
  expect(describe(schema, input)).toEqual([message]);
});

test.each([
  [z.object({ a: z.array(z.string()) }), {}, 'is missing'],
  [z.string(), undefined, 'is missing'],
  [z.string(), 1, 'must be a string'],
  [z.string(), null, 'must be a string'],
  [z.number(), 'one', 'must be a number'],
  [z.number(), Number.NaN, 'must be a number'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.boolean(), 1, 'must be true or false'],
  [z.array(z.string()), {}, 'must be a list'],
  [z.tuple([z.string()]), 'a', 'must be a list'],
  [z.object({}), [], 'must be an object'],
  [z.record(z.string(), z.string()), 'a', 'must be an object'],
  [z.null(), 1, 'must be null'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.literal(['a', 1, null]), 'c', 'must be one of a, 1, null'],
  [z.literal('a'), 'c', 'must be a'],
  [z.strictObject({}), { x: 1 }, "has an unknown field 'x'"],
  [z.strictObject({}), { x: 1, y: 2 }, "has unknown fields 'x', 'y'"],
])('so is what is missing, of another type, no choice or no field: %#', (schema, input, message) => {
  expect(describe(schema, input)).toEqual([message]);
});

test('a schema that has words of its own keeps them, and so does what has no words of ours', () => {
  expect(describe(z.number().max(3, 'no more than three'), 4)).toEqual(['no more than three']);
  expect(describe(z.string('a text'), undefined)).toEqual(['a text']);
  expect(describe(z.enum(['a'], 'one letter'), 'b')).toEqual(['one letter']);
  expect(describe(z.strictObject({}, 'nothing else'), { x: 1 })).toEqual(['nothing else']);
  expect(describe(z.date(), 1)).toEqual(['Invalid input: expected date, received number']);
  expect(describe(z.date().max(new Date(0)), new Date(1))).toEqual([expect.stringContaining('Too big')]);
});

test('also where zod has no texts: a browser loads only zod/mini', () => {
  const { localeError } = z.config();
  z.config({ localeError: undefined });
  const errors = [
    mini.string().check(mini.maxLength(3)).safeParse('long').error,
    mini.string().safeParse(1).error,
    mini.enum(['a', 'b']).safeParse('c').error,
    mini.strictObject({}).safeParse({ x: 1 }).error,
  ];
  z.config({ localeError });
  expect(errors.map((error) => error?.issues[0]?.message)).toEqual(errors.map(() => 'Invalid input'));
  expect(errors.map(describeFirst)).toEqual([
    'must be at most 3 characters',
    'must be a string',
    'must be one of a, b',
    "has an unknown field 'x'",
  ]);
  expect(describeFirst(undefined)).toBeUndefined();
});
