import fc from 'fast-check';
import { findJsonProblem, type Json } from '#domain/json.ts';

/** JSON as it comes from a request: any text, so also what must not be stored. */
export const anyJson = fc
  .jsonValue({ maxDepth: 5, stringUnit: 'binary' })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

/** JSON that the log takes. */
export const storableJson = anyJson.filter((value) => findJsonProblem(value) === undefined);
