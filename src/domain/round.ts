import type { PulseEvent } from './event.ts';
import { isJsonObject, type Json } from './json.ts';
import { control, splitKind } from './kind.ts';

/** One round of a workflow, from the event that began it to the one that closed it. Absent values are null. */
export interface Round {
  round: number;
  role: string;
  /** Who ran it. */
  adapter: string;
  startedAt: string;
  /** The position of its `__round__`. */
  position: number;
  endedAt: string | null;
  /** The position of the event that closed it. */
  endPosition: number | null;
  /** What the role gave, such as `succeeded`; `timed-out` where its time was up; null for one that runs or was stopped. */
  outcome: string | null;
  /** How it was stopped: a signal, `lost` …; null for one that was not. */
  how: string | null;
}

/** What of an event tells about rounds. */
export type RoundEvent = Pick<PulseEvent, 'position' | 'kind' | 'payload' | 'actor' | 'occurredAt'>;

/**
 * Folds one event into a workflow's rounds, the oldest first.
 *
 * **Shape** the same rounds when the event is not about one of them, or was seen already.
 */
export function foldRound(rounds: readonly Round[], event: RoundEvent): readonly Round[] {
  const { tail } = splitKind(event.kind);
  const round = readMember(event.payload, 'round');
  if (typeof round !== 'number') return rounds;
  const last = rounds.at(-1);
  if (tail === control.round) {
    if (last && last.position >= event.position) return rounds;
    const { position, actor, occurredAt } = event;
    const role = readText(event.payload, 'role') ?? '';
    return [...rounds, { round, role, adapter: actor.name, startedAt: occurredAt, position, ...open }];
  }
  const at = rounds.findLastIndex((known) => known.round === round && known.position < event.position);
  const known = rounds[at];
  if (!known || known.endedAt !== null || (tail !== control.stopped && tail !== known.role)) return rounds;
  const how = tail === control.stopped ? (readText(event.payload, 'how') ?? '') : null;
  const outcome = readText(event.payload, tail === control.stopped ? 'reason' : 'outcome');
  return rounds.with(at, { ...known, endedAt: event.occurredAt, endPosition: event.position, outcome, how });
}

/**
 * The rounds as they were at a position of the log.
 *
 * **Shape** those that had begun; one that was closed later is open.
 */
export function findRoundsAt(rounds: readonly Round[], position: number): Round[] {
  return rounds
    .filter((round) => round.position <= position)
    .map((round) => (round.endPosition !== null && round.endPosition > position ? { ...round, ...open } : round));
}

const open = { endedAt: null, endPosition: null, outcome: null, how: null };

function readMember(payload: Json, name: string): Json | undefined {
  return isJsonObject(payload) && Object.hasOwn(payload, name) ? payload[name] : undefined;
}

function readText(payload: Json, name: string): string | null {
  const value = readMember(payload, name);
  return typeof value === 'string' ? value : null;
}
