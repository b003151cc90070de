import type { useTranslations } from 'next-intl';
import type { PulseEvent, Refusal, TimelineEntry } from '#domain/event.ts';
import { guardChange, isGuardChange } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { control, splitKind } from '#domain/kind.ts';
import { readWait } from '#domain/wait.ts';
import { formatExact } from '../time/format-time.ts';
import { type BadEnding, isBadEnding } from '../ui/ending.ts';
import { describeAccess } from './describe-access.ts';
import { describeStop } from './describe-stop.ts';
import { isObject, type PayloadFacts, readFacts } from './payload-facts.ts';

/** The words of a workflow's page, in the reader's language. */
export type WorkflowWords = ReturnType<typeof useTranslations<'workflow'>>;

/** What sort of thing an entry tells: picks its icon and colour. */
export type Sort =
  | 'start'
  | 'round'
  | 'succeeded'
  | 'failed'
  | 'stopped'
  | 'waiting'
  | 'abort'
  | 'abort-request'
  | 'end'
  | `end-${BadEnding}`
  | 'guard'
  | 'access'
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
export function describeEntry(words: WorkflowWords, entry: TimelineEntry): Description {
  return entry.type === 'refusal' ? describeRefusal(words, entry) : describeEvent(words, entry);
}

function describeEvent(words: WorkflowWords, event: PulseEvent): Description {
  const access = describeAccess(words, event);
  if (access) return { sort: 'access', title: access, why: null };
  const { kind, payload, actor } = event;
  const { tail } = splitKind(kind);
  const facts = readFacts(payload);
  const { round, role, outcome } = facts;
  switch (tail) {
    case control.start: {
      const parent = readLink(payload, 'parent');
      const title = parent
        ? words('entry.startedByParent', { parent: parent.key, round: parent.round ?? '?' })
        : words('entry.started', { who: actor.name });
      return { sort: 'start', title, why: null };
    }
    case control.round:
      return { sort: 'round', title: words('entry.round', { round: round ?? '?', role: role ?? '?' }), why: null };
    case control.abort: {
      const cause = readLink(payload, 'cause');
      const title = cause
        ? words('entry.abortedWith', { parent: cause.key })
        : words('entry.aborted', { who: actor.name });
      return { sort: 'abort', title, why: facts.reason };
    }
    case control.abortRequest:
      return { sort: 'abort-request', title: words('entry.abortRequested', { who: actor.name }), why: facts.reason };
    case control.stopped:
      return { sort: 'stopped', title: describeStop(words, facts), why: sayStopReason(words, facts) };
    case control.end: {
      const title = outcome ? words('entry.endedWith', { outcome }) : words('entry.ended');
      return { sort: isBadEnding(outcome) ? `end-${outcome}` : 'end', title, why: facts.error };
    }
    case control.wait:
      return { sort: 'waiting', title: describeWait(words, payload), why: null };
    default:
      return describeGuardChange(words, kind, payload, actor.name) ?? describeOther(words, tail, facts);
  }
}

/** Why a role was stopped, where no abort says so. */
function sayStopReason(words: WorkflowWords, { reason }: PayloadFacts): string | null {
  return reason === 'timed-out' ? words('entry.timeUp') : null;
}

/** A workflow that an event names, and where in it. */
function readLink(payload: Json, name: string): { key: string; round: number | null } | undefined {
  const link = isObject(payload) ? payload[name] : undefined;
  if (!isObject(link) || typeof link.key !== 'string') return undefined;
  return { key: link.key, round: typeof link.round === 'number' ? link.round : null };
}

function describeWait(words: WorkflowWords, payload: Json): string {
  const wait = readWait(payload);
  if (!wait) return words('entry.wait');
  const { kind, resumeAt, reason } = wait;
  const time = resumeAt && formatExact(resumeAt, 'utc');
  if (kind !== null && reason === 'worker') return words('entry.waitWorker', { kind });
  if (kind !== null) return time ? words('entry.waitEventUntil', { kind, time }) : words('entry.waitEvent', { kind });
  return words(reason === 'retry' ? 'entry.waitRetry' : 'entry.waitDelay', { time: time ?? '' });
}

function describeGuardChange(words: WorkflowWords, kind: string, payload: Json, who: string): Description | undefined {
  if (!isGuardChange(kind) || !isObject(payload)) return undefined;
  const name = String(isObject(payload.definition) ? payload.definition.name : payload.name);
  const change =
    kind === guardChange.apply
      ? ('entry.guardApplied' as const)
      : kind === guardChange.enable
        ? ('entry.guardOn' as const)
        : ('entry.guardOff' as const);
  return { sort: 'guard', title: words(change, { name, who }), why: null };
}

function describeOther(words: WorkflowWords, tail: string, facts: PayloadFacts): Description {
  const { round, outcome, error } = facts;
  if (round === null) return { sort: 'other', title: sayTail(tail), why: null };
  const title = outcome
    ? words('entry.finishedWith', { role: tail, outcome })
    : words('entry.finished', { role: tail });
  return { sort: outcome === 'failed' ? 'failed' : 'succeeded', title, why: error };
}

function describeRefusal(words: WorkflowWords, { kind, actor, guard, state }: Refusal): Description {
  return {
    sort: 'refusal',
    title: words('entry.refused', { attempt: sayAttempt(words, kind), who: actor.name }),
    why: words('entry.refusedBecause', { guard, state: sayState(words, state) }),
  };
}

const attempts = {
  [control.start]: 'start',
  [control.round]: 'round',
  [control.abort]: 'abort',
  [control.abortRequest]: 'abortRequest',
  [control.stopped]: 'stop',
  [control.end]: 'end',
} as const;

function sayAttempt(words: WorkflowWords, kind: string): string {
  const { tail } = splitKind(kind);
  const known = Object.hasOwn(attempts, tail) ? attempts[tail as keyof typeof attempts] : undefined;
  return known ? words(`entry.attempt.${known}`) : words('entry.attempt.write', { tail });
}

function sayState(words: WorkflowWords, state: Refusal['state']): string {
  if (isObject(state) && typeof state.status === 'string') return words('entry.status', { status: state.status });
  const text = JSON.stringify(state);
  return words('entry.state', { state: text.length > 300 ? `${text.slice(0, 300)}…` : text });
}

/** Makes words of a tail nobody has words for: `__code_review__` is “Code review”. */
function sayTail(tail: string): string {
  const words = tail.replace(/^__|__$/g, '').replace(/[_.-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
