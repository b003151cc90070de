import * as z from 'zod/mini';
import { limits } from './limits.ts';

const segment = '[A-Za-z0-9_-]+';
const kindShape = new RegExp(`^${segment}(\\.${segment}){1,2}$`);
const patternShape = new RegExp(`^(\\*|${segment})(\\.(\\*|${segment})){1,2}$`);
const nameShape = new RegExp(`^(?!__)${segment}$`);

/** Whether a text can be the name of a definition or a role: one segment of a kind that is no control kind's. */
export function isName(text: string): boolean {
  return nameShape.test(text);
}

/**
 * What happened, as `<name>.<tail>`: two or three segments of letters, digits, `_` and `-`, such as `meta.__start__`.
 *
 * No more than three, so that a guard can name every kind there is: `*.*` and `*.*.*`. **Source** ADR 4
 */
export const Kind = z
  .string()
  .check(
    z.maxLength(limits.kindCharacters),
    z.regex(kindShape, 'must be <name>.<tail>: two or three segments of letters, digits, _ and -, such as meta.coder'),
  );

/** A kind in which any segment may be `*`, which stands for exactly one segment: `*.__abort__`, `meta.*`. */
export const KindPattern = z
  .string()
  .check(
    z.maxLength(limits.kindCharacters),
    z.regex(patternShape, 'must be a kind in which a whole segment may be *, such as *.__abort__ or meta.*'),
  );

/** The tails of the events that Pulse itself reads and writes. Double underscores mark control kinds. */
export const control = {
  start: '__start__',
  round: '__round__',
  wait: '__wait__',
  stopped: '__stopped__',
  abortRequest: '__abort_request__',
  abort: '__abort__',
  end: '__end__',
} as const;

/** Whether a kind is of an event that Pulse itself writes, now or in a later version. */
export function isControl(kind: string): boolean {
  return splitKind(kind).tail.startsWith('__');
}

/** Splits a kind into its name and tail. **Shape** `{ name: 'meta', tail: '__start__' }`; the tail keeps further dots. */
export function splitKind(kind: string): { name: string; tail: string } {
  const dot = kind.indexOf('.');
  return { name: kind.slice(0, dot), tail: kind.slice(dot + 1) };
}

/** Whether a kind matches a pattern: as many segments, each equal or `*`. */
export function matchesKind(pattern: string, kind: string): boolean {
  if (pattern === kind) return true;
  if (!pattern.includes('*')) return false;
  const wanted = pattern.split('.');
  const given = kind.split('.');
  return wanted.length === given.length && wanted.every((part, index) => part === '*' || part === given[index]);
}

/**
 * Orders patterns that match the same kind, the most specific first: exact before `*.tail` before `name.*` before `*.*`.
 *
 * **Shape** a comparator's number, 0 only for a pattern and itself. Fewer stars win; between as many, the pattern that is
 * literal where the other has a star, at the last segment in which they differ.
 */
export function compareSpecificity(left: string, right: string): number {
  return specificity(right) - specificity(left);
}

function specificity(pattern: string): number {
  const literals = pattern.split('.').map((part) => Number(part !== '*'));
  const count = literals.reduce((sum, literal) => sum + literal, 0);
  return literals.reduce((sum, literal, index) => sum + literal * 2 ** index, count * 1_000);
}
