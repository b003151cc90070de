import { z } from 'zod';
import type { Actor } from './actor.ts';
import type { PulseEvent } from './event.ts';
import { control, splitKind } from './kind.ts';

/** The `workflow-lifecycle` state of a key that has begun. */
export const Status = z.enum(['active', 'aborted', 'ended']);
export type Status = z.infer<typeof Status>;

/** One run, named by its key: the read model for lists and headers. Absent values are null. */
export interface Workflow {
  key: string;
  /** The definition's name. */
  name: string;
  status: Status;
  /** The number of the latest round, 0 before the first. */
  round: number;
  maxRounds: number | null;
  /** The role running now. After an abort it stays until `__stopped__` records that it is really dead. */
  role: string | null;
  startedAt: string;
  updatedAt: string;
  /** When it was aborted or ended. */
  endedAt: string | null;
  startedBy: Actor;
  abortedBy: Actor | null;
  /** Why it was aborted. */
  reason: string | null;
  /** How it ended: `done`, `failed`, `max-rounds` or the definition's own word. */
  outcome: string | null;
  /** The position of the key's last event. */
  position: number;
}

const optional = <T extends z.ZodType>(schema: T) => schema.nullable().catch(null);
const Facts = z.object({
  maxRounds: optional(z.number().int().positive()),
  round: optional(z.number().int().positive()),
  role: optional(z.string()),
  reason: optional(z.string()),
  outcome: optional(z.string()),
});
const noFacts = { maxRounds: null, round: null, role: null, reason: null, outcome: null };

/**
 * Folds one event into a workflow: the only place where events become state (read model, browser cache, replay).
 *
 * **Shape** the workflow after the event; null while the key has no `__start__`. An event that the workflow has already
 * seen (its position is not past the workflow's) changes nothing, so a stream may overlap a snapshot.
 */
export function evolve(workflow: Workflow | null, event: PulseEvent): Workflow | null {
  const { name, tail } = splitKind(event.kind);
  const facts = Facts.catch(noFacts).parse(event.payload);
  if (workflow === null) return tail === control.start ? begin(name, facts.maxRounds, event) : null;
  if (event.position <= workflow.position) return workflow;
  const seen = { ...workflow, updatedAt: event.occurredAt, position: event.position };
  switch (tail) {
    case control.round:
      return { ...seen, round: facts.round ?? workflow.round, role: facts.role };
    case control.stopped:
      return { ...seen, role: null };
    case control.abort:
      return { ...seen, status: 'aborted', abortedBy: event.actor, reason: facts.reason, endedAt: event.occurredAt };
    case control.end:
      return { ...seen, status: 'ended', outcome: facts.outcome, endedAt: event.occurredAt };
    default:
      return tail === workflow.role ? { ...seen, role: null } : seen;
  }
}

function begin(name: string, maxRounds: number | null, event: PulseEvent): Workflow {
  return {
    key: event.key,
    name,
    status: 'active',
    round: 0,
    maxRounds,
    role: null,
    startedAt: event.occurredAt,
    updatedAt: event.occurredAt,
    endedAt: null,
    startedBy: event.actor,
    abortedBy: null,
    reason: null,
    outcome: null,
    position: event.position,
  };
}
