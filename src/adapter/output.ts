import { findJsonProblem, type Json, makeStorable } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';

const errorCharacters = 2_000;
/** Leaves room in the payload for everything beside the output. */
const outputBytes = limits.payloadBytes - 16 * 1024;
const shortestCut = 64;

/** Says what went wrong as text that can be stored, at most 2,000 characters of it. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : describeValue(error);
  const characters = [...makeStorable(text)];
  return characters.length > errorCharacters
    ? `${characters.slice(0, errorCharacters - 1).join('')}…`
    : characters.join('');
}

function describeValue(value: unknown): string {
  try {
    return typeof value === 'object' ? (JSON.stringify(value) ?? 'unknown') : String(value);
  } catch {
    return 'something that has no text was thrown';
  }
}

/**
 * Makes what a role returned storable: text that PostgreSQL can't hold is replaced, and what is too large for an event is cut visibly.
 *
 * **Errors** throws with a sentence for people when it is no JSON at all.
 */
export function toOutput(returned: unknown): Json {
  const value = mapText(returned ?? null, makeStorable);
  const problem = findJsonProblem(value);
  if (problem) throw new Error(`the role returned what cannot be stored: it ${problem}`);
  return shortenToFit(value as Json, outputBytes);
}

/** Cuts long texts, shorter and shorter, until the whole fits; of a text its end is kept, where programs say what went wrong. */
function shortenToFit(value: Json, maxBytes: number): Json {
  if (measure(value) <= maxBytes) return value;
  for (let length = maxBytes / 4; length >= shortestCut; length /= 2) {
    const cut = mapText(value, (text) => cutText(text, length)) as Json;
    if (measure(cut) <= maxBytes) return cut;
  }
  const bytes = measure(value);
  return { truncated: true, bytes, text: cutText(JSON.stringify(value), maxBytes / 8) };
}

function measure(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(-length).toWellFormed();
  return `[${text.length - length} characters cut] ${kept}`;
}

/** Rebuilds a JSON value with each of its texts, names of members too, changed. Anything else stays what it is. */
function mapText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapText(item, change));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [change(name), mapText(member, change)]));
}
