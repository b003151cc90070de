import type { GuardedEvent, GuardStates } from '#domain/guard.ts';
import { type Json, makeStorable } from '#domain/json.ts';
import type { CompiledGuard, CompiledSource } from './compile.ts';
import type { GuardContext } from './context.ts';
import { toState } from './state.ts';

/** Whether an event may be appended: the states after it, or which guard refused, on what, in which state. */
export type Verdict = { ok: true; states: GuardStates } | { ok: false; guard: string; check: string; state: Json };

type Step = { ok: true; state: Json } | { ok: false; check: string };

const maxReasonCharacters = 200;

/**
 * Asks every guard that has a source for the event's kind, in their order; the first refusal decides.
 *
 * What goes wrong inside a guard refuses too: a check that is not exactly `true`, anything that throws, a state that
 * can't be stored. Nothing given is changed.
 *
 * **Shape** `states` is the same object when no state changed. `check` is the expression that refused, with the reason
 * when it failed rather than decided.
 */
export async function evaluateGuards(
  guards: readonly CompiledGuard[],
  states: GuardStates,
  event: GuardedEvent,
): Promise<Verdict> {
  let next = states;
  let seen: GuardedEvent | undefined;
  for (const guard of guards) {
    const source = guard.pickSource(event.kind);
    if (source === undefined) continue;
    seen ??= pickFields(event);
    const state = readState(guard, states);
    const step = isUnread(guard, states)
      ? { ok: false as const, check: `${source.definition.check} (failed: a part of the key's history is archived)` }
      : await takeStep(source, { state, event: seen });
    if (!step.ok) return { ok: false, guard: guard.name, check: step.check, state };
    if (step.state === state) continue;
    if (next === states) next = { ...states };
    next[guard.stateName] = step.state;
  }
  return { ok: true, states: next };
}

/** Whether a guard that was applied has yet to read what happened to the key before that. */
export function isUnread(guard: CompiledGuard, states: GuardStates): boolean {
  return guard.stateName !== guard.name && !Object.hasOwn(states, guard.stateName);
}

/** What a guard knows of a key: its state there, or its initial value where it has seen nothing. */
export function readState(guard: CompiledGuard, states: GuardStates): Json {
  return Object.hasOwn(states, guard.stateName) ? (states[guard.stateName] as Json) : guard.initialValue;
}

/**
 * Decides about an event of the past as if the guard had been there, though the event stays what it is.
 *
 * **Shape** the state after it. It is the same when the guard has no source for the kind, or would have refused.
 */
export async function replayEvent(
  guard: CompiledGuard,
  state: Json,
  event: GuardedEvent,
): Promise<{ state: Json; refused: boolean }> {
  const source = guard.pickSource(event.kind);
  const step = source ? await takeStep(source, { state, event: pickFields(event) }) : { ok: true as const, state };
  return step.ok ? { state: step.state, refused: false } : { state, refused: true };
}

async function takeStep(source: CompiledSource, context: GuardContext): Promise<Step> {
  const { check, transition } = source.definition;
  try {
    const passed = source.check(context);
    if ((passed instanceof Promise ? await passed : passed) !== true) return { ok: false, check };
  } catch (error) {
    return { ok: false, check: describeFailure(check, error) };
  }
  try {
    const next = source.transition(context);
    const result = next instanceof Promise ? await next : next;
    return { ok: true, state: result === context.state ? context.state : toState(result) };
  } catch (error) {
    return { ok: false, check: describeFailure(transition, error) };
  }
}

// Exactly what the allow-list promises: a caller's object may hold more, such as a position that a replay would not have.
function pickFields({ key, kind, payload, actor, occurredAt }: GuardedEvent): GuardedEvent {
  return { key, kind, payload, actor, occurredAt };
}

/** JSONata throws plain objects, whose message may quote the whole payload. */
function describeFailure(expression: string, error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message;
  const reason = typeof message === 'string' && message ? message : 'unknown error';
  return makeStorable(`${expression} (failed: ${reason.slice(0, maxReasonCharacters)})`);
}
