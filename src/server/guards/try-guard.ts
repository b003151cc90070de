import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { invalidInput, PulseError } from '#domain/errors.ts';
import { Key, Payload } from '#domain/event.ts';
import type { GuardedEvent, GuardSource } from '#domain/guard.ts';
import { type Json, jsonUpTo } from '#domain/json.ts';
import { Kind } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import { toEvent } from '../db/rows.ts';
import type { Pulse } from '../pulse.ts';
import { compileGuard } from './compile.ts';
import { evaluateGuards } from './evaluate.ts';
import { toState } from './state.ts';
import { walkKey } from './walk-key.ts';

export const TryGuard = z
  .strictObject({
    /** A GuardProjection, judged whole so that every place that is wrong can be named. */
    definition: z.unknown(),
    /** An event of the log. */
    position: z.int().min(1).optional(),
    /** Or one that was never written. */
    event: z.strictObject({ key: Key, kind: Kind, payload: z.prefault(Payload, {}) }).optional(),
    /** What the guard knows of the key. Default: what it would know if it had been there from the start. */
    state: z.optional(jsonUpTo(limits.guardStateBytes)),
  })
  .refine(({ position, event }) => (position === undefined) !== (event === undefined), 'give a position or an event');

/** What a draft makes of an event. */
export interface GuardTrial {
  event: GuardedEvent;
  /** The source that decides; null when the guard has none for the kind: it is not asked, and the event passes. */
  source: GuardSource | null;
  passes: boolean;
  /** What did not hold, with the reason when it failed rather than decided; null when it passes. */
  refusedBy: string | null;
  before: Json;
  after: Json;
}

/**
 * Asks a draft of a guard about one event. Nothing is written.
 *
 * **Errors** `GUARD_INVALID`; `NOT_FOUND` for a position that has no event; `INVALID_INPUT` for a state that is none;
 * `UNAVAILABLE` when it would have to read a history that is archived.
 */
export async function tryGuard(
  { prisma }: Pulse,
  { definition, position, event: made, state }: z.output<typeof TryGuard>,
  actor: Actor,
  signal?: AbortSignal,
): Promise<GuardTrial> {
  const guard = compileGuard(definition);
  const event = made
    ? { ...made, actor, occurredAt: new Date().toISOString() }
    : await readEvent({ prisma }, position as number);
  const before = state === undefined ? await readHistory() : copyState(state);
  const verdict = await evaluateGuards([guard], { [guard.stateName]: before }, event);
  const { key, kind, payload, occurredAt } = event;
  return {
    event: { key, kind, payload, actor: event.actor, occurredAt },
    source: guard.pickSource(event.kind)?.definition ?? null,
    passes: verdict.ok,
    refusedBy: verdict.ok ? null : verdict.check,
    before,
    after: verdict.ok ? (verdict.states[guard.stateName] as Json) : before,
  };

  /** Under a name of its own, since drafts of one name differ. */
  async function readHistory(): Promise<Json> {
    const draft = { ...guard, stateName: JSON.stringify(guard.definition) };
    const until = position === undefined ? Number.MAX_SAFE_INTEGER : position - 1;
    const step = await walkKey(prisma, [draft], { key: event.key, until, signal });
    return step ? (step.after.states[draft.stateName] as Json) : guard.initialValue;
  }
}

async function readEvent({ prisma }: Pick<Pulse, 'prisma'>, position: number) {
  const row = await prisma.event.findUnique({ where: { position } });
  if (!row) throw new PulseError('NOT_FOUND', `There is no event at ${position}`, { what: 'event', id: `${position}` });
  return toEvent(row);
}

function copyState(state: Json): Json {
  try {
    return toState(state);
  } catch (error) {
    throw invalidInput('state', (error as Error).message);
  }
}
