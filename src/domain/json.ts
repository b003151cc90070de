import * as z from 'zod/mini';

/** Any JSON value. Object keys keep the order they came in; equality and hashes use {@link canonicalJson}. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Whether a JSON value is an object, rather than a list or a scalar. */
export function isJsonObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const maxDepth = 64;

/**
 * Finds the first thing that keeps a value from being stored as JSON, or undefined when it can be.
 *
 * **Shape** a sentence for people, such as `nested deeper than 64 levels`.
 * **Source** PostgreSQL's jsonb takes neither U+0000 nor half a surrogate pair, so they are refused here, before the log.
 */
export function findJsonProblem(value: unknown, depth = 0): string | undefined {
  if (depth > maxDepth) return `nested deeper than ${maxDepth} levels`;
  switch (typeof value) {
    case 'string':
      return findTextProblem(value);
    case 'number':
      return Number.isFinite(value) ? undefined : 'holds a number that JSON cannot express';
    case 'boolean':
      return undefined;
    case 'object':
      if (value === null) return undefined;
      if (Array.isArray(value)) return firstProblem(value, depth);
      if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
        return 'holds something that is not plain JSON';
      return firstProblem(Object.keys(value), depth) ?? firstProblem(Object.values(value), depth);
    default:
      return `holds a value of type ${typeof value}, which is not JSON`;
  }
}

function firstProblem(values: unknown[], depth: number): string | undefined {
  for (const value of values) {
    const problem = findJsonProblem(value, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

/** Finds what keeps a text from being stored: a NUL character or half of a surrogate pair. */
export function findTextProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'holds a NUL character';
  return text.isWellFormed() ? undefined : 'holds half of a surrogate pair';
}

/** Replaces what {@link findTextProblem} finds, for output of other programs that must be stored whatever it holds. */
export function makeStorable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/**
 * Writes a value as canonical JSON: no white space, object keys sorted by UTF-16 code units.
 *
 * **Source** RFC 8785 (JCS); the value must have passed {@link findJsonProblem}.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && ','}${canonicalJson(item)}`;
    return `[${text}]`;
  }
  for (const name of Object.keys(value).sort())
    text += `${text && ','}${JSON.stringify(name)}:${canonicalJson(value[name] as Json)}`;
  return `{${text}}`;
}

/** A JSON value of at most `maxBytes` bytes as UTF-8, not nested deeper than 64 levels. */
export const jsonUpTo = (maxBytes: number) =>
  z.pipe(
    z.unknown(),
    z.transform((value, context): Json => {
      const problem = findJsonProblem(value) ?? findSizeProblem(value, maxBytes);
      if (problem) context.issues.push({ code: 'custom', message: problem, input: value });
      return value as Json;
    }),
  );

function findSizeProblem(value: unknown, maxBytes: number): string | undefined {
  const text = JSON.stringify(value);
  if (text.length * 3 <= maxBytes) return undefined; // UTF-8 takes at most three bytes for each UTF-16 code unit.
  const bytes = new TextEncoder().encode(text).byteLength;
  return bytes > maxBytes ? `is ${bytes} bytes; at most ${maxBytes} are allowed` : undefined;
}
