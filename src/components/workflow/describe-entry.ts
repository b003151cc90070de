import type { PulseEvent, Refusal, TimelineEntry } from '#domain/event.ts';
import { guardChange, isGuardChange } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { control, splitKind } from '#domain/kind.ts';
import { type BadEnding, isBadEnding } from '../ui/ending.ts';
import { isObject, type PayloadFacts, readFacts } from './payload-facts.ts';

/** What sort of thing an entry tells: picks its icon and colour. */
export type Sort =
  | 'start'
  | 'round'
  | 'succeeded'
  | 'failed'
  | 'stopped'
  | 'abort'
  | 'end'
  | `end-${BadEnding}`
  | 'other'
  | 'refusal';

/** An entry in words. */
export interface Description {
  sort: Sort;
  title: string;
  /** Why, in someone's own words or the guard's; null when there is nothing to add. */
  why: string | null;
}

/** Puts an entry of a trail into words. */
export function describeEntry(entry: TimelineEntry): Description {
  return entry.type === 'refusal' ? describeRefusal(entry) : describeEvent(entry);
}

function describeEvent({ kind, payload, actor }: PulseEvent): Description {
  const { tail } = splitKind(kind);
  const facts = readFacts(payload);
  switch (tail) {
    case control.start:
      return { sort: 'start', title: `Started by ${actor.name}`, why: null };
    case control.round:
      return { sort: 'round', title: `Round ${facts.round ?? '?'}: ${facts.role ?? '?'}`, why: null };
    case control.abort:
      return { sort: 'abort', title: `Aborted by ${actor.name}`, why: facts.reason };
    case control.stopped:
      return {
        sort: 'stopped',
        title: `${facts.role ?? 'The role'} ${describeStop(facts)}`,
        why: sayStopReason(facts),
      };
    case control.end:
      return {
        sort: isBadEnding(facts.outcome) ? `end-${facts.outcome}` : 'end',
        title: facts.outcome ? `Ended: ${facts.outcome}` : 'Ended',
        why: facts.error,
      };
    default:
      return describeGuardChange(kind, payload, actor.name) ?? describeOther(tail, facts);
  }
}

function describeGuardChange(kind: string, payload: Json, by: string): Description | undefined {
  if (!isGuardChange(kind) || !isObject(payload)) return undefined;
  const name = isObject(payload.definition) ? payload.definition.name : payload.name;
  const change = kind === guardChange.apply ? 'applied' : kind === guardChange.enable ? 'switched on' : 'switched off';
  return { sort: 'other', title: `Guard ${name} ${change} by ${by}`, why: null };
}

function describeOther(tail: string, facts: PayloadFacts): Description {
  if (facts.round === null) return { sort: 'other', title: sayTail(tail), why: null };
  const failed = facts.outcome === 'failed';
  const title = `${tail} finished${facts.outcome ? `: ${facts.outcome}` : ''}`;
  return { sort: failed ? 'failed' : 'succeeded', title, why: facts.error };
}

/** How a role came to be dead. */
export function describeStop({ how, tookMs }: Pick<PayloadFacts, 'how' | 'tookMs'>): string {
  const after = tookMs === null ? '' : ` after ${tookMs.toLocaleString('en-US')}\u00a0ms`;
  switch (how) {
    case 'lost':
      return 'was lost with its adapter; what it left running is stopped there, unseen';
    case 'returned':
      return `stopped by itself${after}`;
    case 'abandoned':
      return `did not stop${after}; what it writes is refused`;
    case 'terminated':
      return `was terminated with its thread${after}`;
    default:
      return `was stopped${how ? ` with ${how}` : ''}${after}`;
  }
}

/** Why a role was stopped where no abort or end tells. */
function sayStopReason({ reason }: PayloadFacts): string | null {
  return reason === 'timed-out' ? 'Its time was up.' : null;
}

function describeRefusal({ kind, actor, guard, state }: Refusal): Description {
  return {
    sort: 'refusal',
    title: `Refused: ${sayAttempt(kind)} by ${actor.name}`,
    why: `${guard} does not allow it: ${sayState(state)}.`,
  };
}

function sayAttempt(kind: string): string {
  const { tail } = splitKind(kind);
  const words: Record<string, string> = {
    [control.start]: 'a start',
    [control.round]: 'a round',
    [control.abort]: 'an abort',
    [control.stopped]: 'a stop',
    [control.end]: 'an end',
  };
  return words[tail] ?? `a write of ${tail}`;
}

function sayState(state: Refusal['state']): string {
  if (isObject(state) && typeof state.status === 'string') return `the status is “${state.status}”`;
  const text = JSON.stringify(state);
  return `its state is ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
}

/** Makes words of a tail nobody has words for: `__code_review__` is “Code review”. */
function sayTail(tail: string): string {
  const words = tail.replace(/^__|__$/g, '').replace(/[_.-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
