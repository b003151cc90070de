import * as z from 'zod/mini';
import type { Actor } from './actor.ts';
import { Key, type PulseEvent } from './event.ts';
import { isJsonObject, type Json } from './json.ts';
import { control, splitKind } from './kind.ts';
import { endsWait, readWait } from './wait.ts';

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
  /** The key of the workflow whose role started it. */
  parent: string | null;
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
  /** How it ended: `done`, `failed`, `max-rounds`, `timed-out` or the definition's own word. */
  outcome: string | null;
  /** Until when it waits at the longest, as `__wait__` said; null when it does not wait, or only for an event. */
  resumeAt: string | null;
  /** The kind of the event that it waits for. */
  waitingFor: string | null;
  /** The position of the key's last event. */
  position: number;
}

/**
 * Folds one event into a workflow: the only place where events become state (read model, browser cache, replay).
 *
 * **Shape** the workflow after the event; null while the key has no `__start__`. An event that the workflow has already
 * seen (its position is not past the workflow's) changes nothing, so a stream may overlap a snapshot.
 */
export function evolve(workflow: Workflow | null, event: PulseEvent): Workflow | null {
  const { name, tail } = splitKind(event.kind);
  if (workflow === null) return tail === control.start ? begin(name, event) : null;
  if (event.position <= workflow.position) return workflow;
  const seen = { ...workflow, updatedAt: event.occurredAt, position: event.position };
  switch (tail) {
    case control.round:
      return {
        ...seen,
        ...noWait,
        round: readCount(event.payload, 'round') ?? workflow.round,
        role: readText(event.payload, 'role'),
      };
    case control.stopped:
      return { ...seen, role: null };
    case control.wait: {
      const wait = readWait(event.payload);
      return { ...seen, resumeAt: wait?.resumeAt ?? null, waitingFor: wait?.kind ?? null };
    }
    case control.abort:
      return {
        ...seen,
        ...noWait,
        status: 'aborted',
        abortedBy: event.actor,
        reason: readText(event.payload, 'reason'),
        endedAt: event.occurredAt,
      };
    case control.end:
      return {
        ...seen,
        ...noWait,
        status: 'ended',
        outcome: readText(event.payload, 'outcome'),
        endedAt: event.occurredAt,
      };
    default:
      if (endsWait({ kind: workflow.waitingFor, resumeAt: workflow.resumeAt }, event)) return { ...seen, ...noWait };
      return tail === workflow.role ? { ...seen, role: null } : seen;
  }
}

const noWait = { resumeAt: null, waitingFor: null };

/** Whether it rests until an event or a time. */
export function isWaiting({ resumeAt, waitingFor }: Pick<Workflow, 'resumeAt' | 'waitingFor'>): boolean {
  return resumeAt !== null || waitingFor !== null;
}

function begin(name: string, event: PulseEvent): Workflow {
  return {
    key: event.key,
    name,
    status: 'active',
    round: 0,
    maxRounds: readCount(event.payload, 'maxRounds'),
    parent: readParent(event.payload),
    role: null,
    startedAt: event.occurredAt,
    updatedAt: event.occurredAt,
    endedAt: null,
    startedBy: event.actor,
    abortedBy: null,
    reason: null,
    outcome: null,
    ...noWait,
    position: event.position,
  };
}

function readParent(payload: Json): string | null {
  const { data } = Key.safeParse(readMember(readMember(payload, 'parent') ?? null, 'key'));
  return data ?? null;
}

/** What the read model's columns hold. */
const largestCount = 2_147_483_647;

// Anyone may append a payload of any shape, so what is missing or of another type reads as absent.
function readText(payload: Json, name: string): string | null {
  const value = readMember(payload, name);
  return typeof value === 'string' ? value : null;
}

function readCount(payload: Json, name: string): number | null {
  const value = readMember(payload, name);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= largestCount ? value : null;
}

function readMember(payload: Json, name: string): Json | undefined {
  return isJsonObject(payload) && Object.hasOwn(payload, name) ? payload[name] : undefined;
}
