import { z } from 'zod';
import { PulseError } from '#domain/errors.ts';
import { describeIssue } from '#domain/issue.ts';

/**
 * Parses input with its schema.
 *
 * **Errors** `INVALID_INPUT` that names each place in the input and what is wrong there.
 */
export function parseInput<T extends z.core.$ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  throw invalidInputFrom(parsed.error);
}

/** Sent by tRPC's own infinite queries. Pages follow one another forwards only, so it says nothing. */
export const Direction = z.enum(['forward', 'backward']).optional();

/** Makes `INVALID_INPUT` from zod's error. */
export function invalidInputFrom(error: z.core.$ZodError): PulseError<'INVALID_INPUT'> {
  const issues = error.issues.map((issue) => ({ path: formatPath(issue.path), message: describeIssue(issue) }));
  const message = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new PulseError('INVALID_INPUT', message, { issues });
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
