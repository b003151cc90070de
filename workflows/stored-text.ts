import { z } from 'zod';
import { findTextProblem } from '#domain/json.ts';

/** A text of an input that the log can store; `name` is what messages call it. */
export function storableText(name: string): z.ZodString {
  const message = `${name} holds a character that cannot be stored`;
  return z.string().refine((value) => findTextProblem(value) === undefined, message);
}

/** A text that the log can store and that is more than white space. */
export function filledText(name: string): z.ZodString {
  return storableText(name).regex(/\S/, `${name} must not be empty`);
}
