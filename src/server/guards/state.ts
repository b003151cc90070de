import { findTextProblem, type Json, type JsonObject } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';

const maxStateBytes = limits.guardStateBytes;
const maxDepth = 64;
const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a field of this name could reach an object's prototype in code that handles the state carelessly. */
export function isForbiddenName(name: string): boolean {
  return forbiddenNames.has(name);
}

/**
 * Makes a guard's state from what a transition returned: plain JSON that shares nothing with the event.
 *
 * JSONata's objects have no prototype and its arrays carry marks of their own; the copy has neither.
 * **Errors** a plain Error whose message says what keeps the result from being a state.
 */
export function toState(result: unknown): Json {
  const state = copyJson(result, 0);
  const bytes = Buffer.byteLength(JSON.stringify(state));
  if (bytes > maxStateBytes) throw new Error(`the state is ${bytes} bytes; at most ${maxStateBytes} are allowed`);
  return state;
}

function copyJson(value: unknown, depth: number): Json {
  if (depth > maxDepth) throw new Error(`the state is nested deeper than ${maxDepth} levels`);
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return copyText(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`the state holds ${value}, which JSON cannot express`);
      return value;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? copyArray(value, depth) : copyObject(value as JsonObject, depth);
    default:
      throw new Error(depth === 0 && value === undefined ? 'there is no result' : `the state holds a ${typeof value}`);
  }
}

// The length is looked at first: a state that is far too large is not worth a copy.
function copyText(text: string): string {
  if (text.length > maxStateBytes) throw new Error(`the state is over ${maxStateBytes} bytes`);
  const problem = findTextProblem(text);
  if (problem) throw new Error(`the state ${problem}`);
  return text;
}

function copyArray(items: readonly unknown[], depth: number): Json[] {
  if (items.length > maxStateBytes) throw new Error(`the state is over ${maxStateBytes} bytes`);
  return Array.from(items, (item) => copyJson(item, depth + 1));
}

function copyObject(object: JsonObject, depth: number): JsonObject {
  const copy: JsonObject = {};
  for (const name of Object.keys(object)) {
    if (isForbiddenName(name)) throw new Error(`the state holds a field named ${name}`);
    copy[copyText(name)] = copyJson(object[name], depth + 1);
  }
  return copy;
}
