import type { PulseEvent } from '#domain/event.ts';

/** Where an event of a key stands, and its hash: what the key's next event must follow from. */
export interface Link {
  position: number;
  sequence: number;
  hash: string;
}

/** An event as it was found, which need not be what was written. */
export interface FoundEvent extends PulseEvent {
  /** The chain over the log up to this event, where a file tells it. */
  chain?: string;
  /** What cannot be a form that Pulse writes, such as a number with digits that no JavaScript number has. */
  defect?: string;
}

/**
 * - `altered`: an event is not what its hash says.
 * - `removed`: an event is missing.
 * - `inserted`: an event was added that no append wrote.
 * - `reordered`: the events are there, in another order.
 * - `rewritten`: the log agrees with itself and not with a checkpoint.
 * - `foreign`: the checkpoint is of another log, or was not signed by the expected key.
 */
export type How = 'altered' | 'removed' | 'inserted' | 'reordered' | 'rewritten' | 'foreign';

/** The first thing that is wrong. */
export interface Problem {
  how: How;
  /** The first position that it concerns; null when it concerns a checkpoint alone. */
  position: number | null;
  /** The last position that it may concern; as `position` where that is known exactly. */
  through: number | null;
  /** A sentence for people. */
  reason: string;
}

/** Makes a problem that is known to be at one position. */
export function problemAt(position: number, how: How, reason: string): Problem {
  return { how, position, through: position, reason };
}

/** What a verification found. `ok` when there is no problem. */
export interface AuditReport {
  ok: boolean;
  logId: string;
  /** The key that was verified, or null for the whole log. */
  key: string | null;
  /** How many events were found to be as they were written, up to the end or the problem. */
  size: number;
  /** The chain over those: of the whole log, or of the key. */
  root: string;
  problem: Problem | null;
}
