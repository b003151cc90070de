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

test('a schema that has words of its own keeps them, and so does what is no limit', () => {
  expect(describe(z.number().max(3, 'no more than three'), 4)).toEqual(['no more than three']);
  expect(describe(z.boolean(), 1)).toEqual(['Invalid input: expected boolean, received number']);
  expect(describe(z.date().max(new Date(0)), new Date(1))).toEqual([expect.stringContaining('Too big')]);
});

test('also where zod has no texts: a browser loads only zod/mini', () => {
  const { localeError } = z.config();
  z.config({ localeError: undefined });
  const { error } = mini.string().check(mini.maxLength(3)).safeParse('long');
  z.config({ localeError });
  expect(error?.issues[0]?.message).toBe('Invalid input');
  expect(describeFirst(error)).toBe('must be at most 3 characters');
  expect(describeFirst(undefined)).toBeUndefined();
});
