import type { Actor } from '#domain/actor.ts';
import type { Wait } from '#domain/wait.ts';
import type { Status } from '#domain/workflow.ts';

/** What the specification says of a key: what its guards know, how many events it has, and its lease epoch. */
export interface KeyModel {
  status: Status | 'unknown';
  round: number;
  role: string | null;
  sequence: number;
  epoch: number;
}

export const untouched: KeyModel = { status: 'unknown', round: 0, role: null, sequence: 0, epoch: 0 };

/** A payload names the request that it came with. */
export type ModelPayload = ({ n: number; round?: number; role?: string } & Partial<Wait>) | [n: number];
export interface ModelEvent {
  kind: string;
  payload: ModelPayload;
}

export interface ModelRequest {
  key: string;
  actor: Actor;
  events: ModelEvent[];
  commandId?: string;
  expectedSequence?: number;
  epoch?: number;
}

export type ModelDecision =
  | { type: 'accepted'; next: KeyModel }
  | { type: 'refused'; event: ModelEvent; guard: string; state: object }
  | { type: 'conflict' };

/** Decides a request as the specification does: all of its events or none. */
export function decideByModel(key: KeyModel, { events, expectedSequence, epoch }: ModelRequest): ModelDecision {
  if (expectedSequence !== undefined && expectedSequence !== key.sequence) return { type: 'conflict' };
  let next = key;
  for (const event of events) {
    const { guard, ...changed } = step(next, event);
    if (guard === 'workflow-lifecycle') return { type: 'refused', event, guard, state: { status: next.status } };
    const { status, round, role } = next;
    if (guard) return { type: 'refused', event, guard, state: { status, round, role } };
    if (epoch !== undefined && epoch !== key.epoch)
      return { type: 'refused', event, guard: 'lease', state: { epoch: key.epoch } };
    next = { ...next, ...changed, sequence: next.sequence + 1 };
  }
  return { type: 'accepted', next };
}

/** One event: what it changes, or the guard that refuses it. */
function step({ status, round, role, epoch }: KeyModel, event: ModelEvent): Partial<KeyModel> & { guard?: string } {
  const tail = event.kind.slice(event.kind.indexOf('.') + 1);
  const { round: givenRound, role: givenRole } = Array.isArray(event.payload) ? {} : event.payload;
  const lifecycle = (allowed: boolean, next: object) => (allowed ? next : { guard: 'workflow-lifecycle' });
  const rounds = (allowed: boolean, next: object) => (allowed ? next : { guard: 'workflow-rounds' });
  if (tail === '__start__') return lifecycle(status === 'unknown', { status: 'active' });
  if (tail === '__abort__') return lifecycle(status === 'active', { status: 'aborted', epoch: epoch + 1 });
  if (tail === '__end__') return lifecycle(status === 'active', { status: 'ended', epoch: epoch + 1 });
  if (tail === '__round__')
    return rounds(status === 'active' && role === null && givenRound === round + 1 && !!givenRole, {
      round: givenRound,
      role: givenRole,
    });
  if (tail === '__wait__') return rounds(status === 'active' && role === null, { epoch: epoch + 1 });
  if (tail === '__stopped__')
    return rounds(role !== null && givenRole === role && givenRound === round, { role: null });
  if (tail === role) return rounds(status === 'active' && givenRound === round, { role: null });
  const open = status === 'unknown' || status === 'active';
  return rounds(open && (tail.includes('.') || givenRound === undefined), {});
}
