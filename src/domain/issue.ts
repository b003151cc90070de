import type { z } from 'zod';

/** What a limit counts, by zod's name for what has it. A number counts nothing but itself. */
const units: Record<string, string> = {
  number: '',
  int: '',
  bigint: '',
  string: 'character',
  array: 'item',
  set: 'item',
};

/** What a value must be, by zod's name for its type. */
const types: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  nan: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

/** How zod says it, with its English texts and, where only `zod/mini` is loaded, without. */
const zodsWords = /^(Too (big|small): expected |Invalid (input|option): expected |Unrecognized keys?: |Invalid input$)/;

/**
 * Says what is wrong in one place of an input. Where a schema leaves the words to zod, they are ours.
 *
 * **Shape** `must be at most 200 characters`, `must be a string`, `must be one of a, b`, `has an unknown field 'x'`, and where
 * zod's texts are loaded `is missing`; else the issue's own message.
 */
export function describeIssue(issue: z.core.$ZodIssue): string {
  // A schema that has words of its own keeps them.
  return (zodsWords.test(issue.message) ? describe(issue) : undefined) ?? issue.message;
}

/** What is wrong first with what a schema has refused; undefined where nothing is. */
export function describeFirst(error: z.core.$ZodError | undefined): string | undefined {
  return error?.issues[0] && describeIssue(error.issues[0]);
}

function describe(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'too_big':
    case 'too_small':
      return describeLimit(issue);
    case 'invalid_type':
      return describeType(issue);
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has ${issue.keys.length === 1 ? 'an unknown field' : 'unknown fields'} ${issue.keys.map((key) => `'${key}'`).join(', ')}`;
    default:
      return undefined;
  }
}

function describeType({ expected, message }: z.core.$ZodIssueInvalidType): string | undefined {
  // Nothing but zod's text tells what is missing from what is of another type.
  if (message.endsWith('received undefined')) return 'is missing';
  const type = Object.hasOwn(types, expected) ? types[expected] : undefined;
  return type && `must be ${type}`;
}

function describeLimit(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string | undefined {
  const unit = units[issue.origin];
  if (unit === undefined) return undefined;
  const [limit, within, beyond] =
    issue.code === 'too_big' ? [issue.maximum, 'at most', 'less than'] : [issue.minimum, 'at least', 'more than'];
  if (unit !== '' && within === 'at least' && limit === 1 && !issue.exact) return 'must not be empty';
  const words = issue.exact ? 'exactly' : issue.inclusive ? within : beyond;
  return `must be ${words} ${limit}${unit && ` ${unit}${limit === 1 ? '' : 's'}`}`;
}
