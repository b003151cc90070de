import type { Json, JsonObject } from '#domain/json.ts';

/** What the payloads of a workflow's own events tell; null where one does not. */
export interface PayloadFacts {
  round: number | null;
  role: string | null;
  adapter: string | null;
  outcome: string | null;
  error: string | null;
  reason: string | null;
  /** How a role came to be dead, and how long that took. */
  how: string | null;
  tookMs: number | null;
}

/** Reads the facts that a payload holds. Anybody may append anything, so nothing is taken for granted. */
export function readFacts(payload: Json): PayloadFacts {
  const object = isObject(payload) ? payload : {};
  const text = (name: string) => (typeof object[name] === 'string' ? object[name] : null);
  const number = (name: string) => (typeof object[name] === 'number' ? object[name] : null);
  return {
    round: number('round'),
    role: text('role'),
    adapter: text('adapter'),
    outcome: text('outcome'),
    error: text('error'),
    reason: text('reason'),
    how: text('how'),
    tookMs: number('tookMs'),
  };
}

/** What a command has written, where a payload holds that. */
export function readOutput(payload: Json): { name: string; text: string }[] {
  const output = isObject(payload) ? payload.output : undefined;
  if (!isObject(output)) return [];
  return ['stdout', 'stderr'].flatMap((name) => {
    const text = output[name];
    return typeof text === 'string' && text !== '' ? [{ name, text }] : [];
  });
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
