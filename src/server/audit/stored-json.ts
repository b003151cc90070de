import { findJsonProblem, type Json } from '#domain/json.ts';

/** What the text of a jsonb column says, and why it cannot be what Pulse wrote, where it cannot. */
export interface StoredJson {
  value: Json;
  defect?: string;
}

/**
 * Reads the text of a jsonb column without losing what a JavaScript number cannot hold.
 *
 * `0.1` and `0.10000000000000000001` parse to the same number, so the hash would not tell them apart; and jsonb keeps
 * the zeros of `1.00`. Pulse writes neither.
 */
export function readStoredJson(text: string | null): StoredJson {
  if (text === null) return { value: null, defect: 'it is not there' };
  const value = JSON.parse(text) as Json;
  const problem = findJsonProblem(value);
  if (problem) return { value: null, defect: `it ${problem.startsWith('holds') ? '' : 'is '}${problem}` };
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g)) {
    if (!token.startsWith('"') && token !== writeDecimal(Number(token)))
      return { value, defect: `Pulse never writes the number ${token.slice(0, 40)} like that` };
  }
  return { value };
}

/** Writes a number as PostgreSQL's numeric does: all digits, no exponent. */
export function writeDecimal(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, first = '', rest = '', exponent] = match;
  const digits = first + rest;
  const point = 1 + Number(exponent);
  return point > 0 ? sign + digits.padEnd(point, '0') : `${sign}0.${'0'.repeat(-point)}${digits}`;
}
