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

/** How zod says it, with its English texts and, where only `zod/mini` is loaded, without. */
const zodsWords = /^(Too (big|small): expected |Invalid input$)/;

/**
 * Says what is wrong in one place of an input. Where a schema leaves the words for a limit to zod, they are ours.
 *
 * **Shape** `must be at most 1000`, `must be at most 200 characters`, `must not be empty`; else the issue's own message.
 */
export function describeIssue(issue: z.core.$ZodIssue): string {
  return describeLimit(issue) ?? issue.message;
}

/** What is wrong first with what a schema has refused; undefined where nothing is. */
export function describeFirst(error: z.core.$ZodError | undefined): string | undefined {
  return error?.issues[0] && describeIssue(error.issues[0]);
}

function describeLimit(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return undefined;
  const unit = units[issue.origin];
  // A schema that has words of its own keeps them.
  if (unit === undefined || !zodsWords.test(issue.message)) return undefined;
  const [limit, within, beyond] =
    issue.code === 'too_big' ? [issue.maximum, 'at most', 'less than'] : [issue.minimum, 'at least', 'more than'];
  if (unit !== '' && within === 'at least' && limit === 1 && !issue.exact) return 'must not be empty';
  const words = issue.exact ? 'exactly' : issue.inclusive ? within : beyond;
  return `must be ${words} ${limit}${unit && ` ${unit}${limit === 1 ? '' : 's'}`}`;
}
