import type { Cursor } from '#domain/cursor.ts';
import type { TimelineEntry } from '#domain/event.ts';

/** One request to append, named by what its events carry as `payload.op`. */
export interface Operation {
  id: string;
  /** The life of a process that asked. */
  by: string;
  key: string;
  kinds: string[];
  /** The lease epoch under which it was asked. */
  epoch?: number | undefined;
}

/** What became of a request, as far as its caller was told. */
export type Outcome =
  | { type: 'accepted'; events: { position: number; hash: string }[] }
  | { type: 'refused'; guard: string }
  | { type: 'conflict' }
  /** The caller was told that it may or may not have been stored. */
  | { type: 'unknown' };

/** A lease that was taken: from `atMs` on, what is asked under a lower epoch of the key must be refused. */
export interface Claimed {
  by: string;
  key: string;
  epoch: number;
  atMs: number;
}

/** What a process tells while it works. `atMs` is by a clock that all processes of the machine share. */
export type Told =
  | { type: 'ready'; port?: number }
  | { type: 'invoked'; operation: Operation; atMs: number }
  | { type: 'settled'; id: string; outcome: Outcome; atMs: number }
  | ({ type: 'claimed' } & Claimed)
  | { type: 'seen'; cursor: Cursor; entry: TimelineEntry }
  /** All that was asked has been answered. */
  | { type: 'rested' }
  /** An error that no caller of Pulse should meet. */
  | { type: 'broken'; message: string };

export interface Recorded extends Operation {
  invokedAtMs: number;
  outcome: Outcome;
  settledAtMs: number | null;
}

/** What a subscriber was given, in its order, over all its connections. */
export interface Subscription {
  /** Which part of the log it asked for. */
  filter: { key?: string; eventsOnly?: boolean };
  entries: TimelineEntry[];
}

/** All that was told in one run. */
export interface Journal {
  operations: Map<string, Recorded>;
  claims: Claimed[];
  subscriptions: Map<string, Subscription>;
  broken: string[];
}

export function createJournal(): Journal {
  return { operations: new Map(), claims: [], subscriptions: new Map(), broken: [] };
}

/** Notes what a process tells of its appends and claims. An operation that is repeated counts from the first time. */
export function note(journal: Journal, told: Told): void {
  switch (told.type) {
    case 'invoked': {
      const { operation, atMs } = told;
      const { by, key, epoch } = operation;
      if (epoch !== undefined) journal.claims.push({ by, key, epoch, atMs });
      if (journal.operations.has(operation.id)) return;
      journal.operations.set(operation.id, {
        ...operation,
        invokedAtMs: atMs,
        outcome: { type: 'unknown' },
        settledAtMs: null,
      });
      return;
    }
    case 'settled': {
      const recorded = journal.operations.get(told.id);
      if (recorded) Object.assign(recorded, { outcome: told.outcome, settledAtMs: told.atMs });
      return;
    }
    case 'claimed':
      journal.claims.push(told);
      return;
    case 'broken':
      journal.broken.push(told.message);
  }
}

/** Milliseconds by a clock that all processes of the machine share, and that is never set back. */
export function readClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
