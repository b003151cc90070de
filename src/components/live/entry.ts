import { parseCursor } from '#domain/cursor.ts';
import type { TimelineEntry } from '#domain/event.ts';

/** An entry of the log as the stream brings it, with the cursor that goes on right after it. */
export interface LiveEntry {
  cursor: string;
  entry: TimelineEntry;
}

/** Whether a snapshot that was read at the cursor `asOf` holds an entry already. */
export function isCovered(asOf: string, entry: TimelineEntry): boolean {
  const at = parseCursor(asOf);
  if (!at) return false;
  return entry.type === 'event' ? entry.position <= at.position : entry.id <= at.refusals;
}

/** The cursor that covers all that either of two cursors of one log covers. */
export function laterOf(left: string, right: string): string {
  return covers(left, right) ? left : right;
}

/** Whether a cursor lies at or after all of what another one of the same log covers. */
export function covers(left: string, right: string): boolean {
  const [a, b] = [parseCursor(left), parseCursor(right)];
  if (!a || !b || a.logId !== b.logId) return false;
  return a.position >= b.position && a.refusals >= b.refusals;
}
