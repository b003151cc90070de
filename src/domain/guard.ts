import * as z from 'zod/mini';
import type { Actor } from './actor.ts';
import type { PulseEvent } from './event.ts';
import { type Json, jsonUpTo } from './json.ts';
import { KindPattern } from './kind.ts';
import { limits } from './limits.ts';

const expression = z.string().check(z.minLength(1), z.maxLength(limits.expressionCharacters));

/** One rule of a guard: for events of this kind, what must hold and what the state becomes. Both are JSONata. */
export const GuardSource = z.strictObject({ kind: KindPattern, check: expression, transition: expression });
export type GuardSource = z.infer<typeof GuardSource>;

/** A GuardProjection: decides at append time whether an event may be appended, from a state that it keeps per key. */
export const GuardDefinition = z
  .strictObject({
    name: z.string().check(
      z.maxLength(100),
      z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by -, such as workflow-lifecycle'),
      z.refine((name) => !(name in {}), 'is a name that every JavaScript object has; choose another'),
    ),
    initial_value: jsonUpTo(limits.guardStateBytes),
    sources: z.array(GuardSource).check(z.minLength(1), z.maxLength(100)),
  })
  .check(
    z.refine(
      (guard) => new Set(guard.sources.map((source) => source.kind)).size === guard.sources.length,
      'has two sources of the same kind; keep one',
    ),
  );
export type GuardDefinition = z.infer<typeof GuardDefinition>;

/** A guard's definition, and how it stands. */
export type GuardInfo = GuardDefinition & {
  /** The SHA-256 of the definition's canonical JSON, in hex. */
  version: string;
  enabled: boolean;
  /** Whether Pulse ships it: it can't be replaced or switched off. */
  shipped: boolean;
  /** Why it can't be asked and refuses what it would decide about; absent for a guard in order. */
  problem?: string;
  /** The event that made it stand so; null for a guard that is shipped, and when that event is archived. */
  since: { position: number; occurredAt: string; actor: Actor } | null;
};

/** A guard's state for each guard. One that has seen nothing of the key is absent: its initial value holds. */
export type GuardStates = Record<string, Json>;

/** What a guard in force made of an event: what it knew of the key before and after. */
export interface GuardDecision {
  name: string;
  version: string;
  /** The source that decided; null when the guard has none for the event's kind, and so was not asked. */
  source: GuardSource | null;
  before: Json;
  after: Json;
  /** Why it can't be asked any more, so that its states are not known; absent for a guard in order. */
  problem?: string;
}

/** What a guard's expressions see of the event that asks to be appended. */
export type GuardedEvent = Pick<PulseEvent, 'key' | 'kind' | 'payload' | 'actor' | 'occurredAt'>;
