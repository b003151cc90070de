import type { TimelineEntry } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';
import { readFacts } from './payload-facts.ts';
import { idOf } from './read-trail.ts';

/** A row of a trail: an entry, or all that is loaded of a round. */
export type TrailRow =
  | { type: 'entry'; id: string; entry: TimelineEntry }
  | { type: 'round'; id: string; round: number; role: string; entries: TimelineEntry[] };

/** The rows of a trail that shows every entry. */
export function toRows(entries: readonly TimelineEntry[]): TrailRow[] {
  return entries.map((entry) => ({ type: 'entry', id: idOf(entry), entry }));
}

/**
 * Gathers the entries of each round in one row. Refusals, and what happened outside of rounds, keep rows of their own.
 *
 * **Shape** in the order of the entries, newest or oldest first; a round's own entries are the oldest first.
 */
export function groupRounds(entries: readonly TimelineEntry[], order: 'asc' | 'desc'): TrailRow[] {
  const rows: TrailRow[] = [];
  let open: Extract<TrailRow, { type: 'round' }> | undefined;
  for (const entry of order === 'asc' ? entries : entries.toReversed()) {
    const begun = readRound(entry, control.round);
    if (begun) {
      open = { type: 'round', id: `round-${idOf(entry)}`, ...begun, entries: [entry] };
      rows.push(open);
    } else if (open && belongsToRound(entry)) {
      open.entries.push(entry);
      if (closes(entry, open)) open = undefined;
    } else rows.push({ type: 'entry', id: idOf(entry), entry });
  }
  return order === 'asc' ? rows : rows.reverse();
}

interface OpenRound {
  round: number;
  role: string;
}

function readRound(entry: TimelineEntry, tail: string): OpenRound | undefined {
  if (entry.type !== 'event' || splitKind(entry.kind).tail !== tail) return undefined;
  const { round, role } = readFacts(entry.payload);
  return round === null ? undefined : { round, role: role ?? '?' };
}

const standAlone: readonly string[] = [control.start, control.abort, control.end];

function belongsToRound(entry: TimelineEntry): boolean {
  return entry.type === 'event' && !standAlone.includes(splitKind(entry.kind).tail);
}

/** Whether an entry closes a round: what its role gave, or that it was stopped. */
export function closes(entry: TimelineEntry, { round, role }: OpenRound): boolean {
  if (entry.type !== 'event') return false;
  const { tail } = splitKind(entry.kind);
  return (tail === control.stopped || tail === role) && readFacts(entry.payload).round === round;
}
