import type { PulseEvent, Refusal } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';
import type { LiveEntry } from './entry.ts';

const ana = { type: 'user', id: 'ana', name: 'Ana', via: 'web' } as const;

/** When the event at a position happens in these tests: a second for each. */
export const at = (position: number) => new Date(Date.UTC(2026, 2, 1) + position * 1_000).toISOString();

export const cursorAt = (position: number, refusals = 0) => `abcd1234-${position}-${refusals}`;

export function makeEvent(position: number, key: string, kind: string, payload: Json = {}): PulseEvent {
  return { position, key, sequence: position, kind, payload, actor: ana, occurredAt: at(position), hash: '' };
}

/** An event as the stream brings it. */
export function liveEvent(position: number, key: string, kind: string, payload: Json = {}): LiveEntry {
  return { cursor: cursorAt(position), entry: { type: 'event', ...makeEvent(position, key, kind, payload) } };
}

/** A refusal as the stream brings it. */
export function liveRefusal(id: number, afterPosition: number, key: string, kind: string): LiveEntry {
  const refusal: Refusal = {
    id,
    key,
    kind,
    payload: {},
    actor: ana,
    guard: 'workflow-lifecycle',
    check: 'true',
    state: {},
    occurredAt: at(afterPosition),
    afterPosition,
  };
  return { cursor: cursorAt(afterPosition, id), entry: { type: 'refusal', ...refusal } };
}

/** A workflow that starts at a position. */
export function makeWorkflow(position: number, key: string): Workflow {
  return evolve(null, makeEvent(position, key, 'meta.__start__', { maxRounds: 10 })) as Workflow;
}
