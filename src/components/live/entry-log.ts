import { parseCursor } from '#domain/cursor.ts';
import { isCovered, type LiveEntry } from './entry.ts';

/** The newest entries that the stream has brought, for snapshots that arrive after them but were read before them. */
export interface EntryLog {
  /** All that is kept, oldest first. */
  all(): readonly LiveEntry[];
  add(entries: readonly LiveEntry[]): void;
  /** The entries that a snapshot read at `asOf` lacks; undefined when it is older than all that is kept. */
  since(asOf: string): LiveEntry[] | undefined;
}

/** Starts with the cursor from which the stream goes on. */
export function createEntryLog(start: string, { maxEntries = 5_000 }: { maxEntries?: number } = {}): EntryLog {
  let keptAfter = start;
  let kept: LiveEntry[] = [];
  return {
    all: () => kept,
    add(entries) {
      kept.push(...entries);
      if (kept.length <= maxEntries) return;
      const dropped = kept.length - Math.floor(maxEntries / 2);
      keptAfter = (kept[dropped - 1] as LiveEntry).cursor;
      kept = kept.slice(dropped);
    },
    since(asOf) {
      const [at, first] = [parseCursor(asOf), parseCursor(keptAfter)];
      if (!at || !first || at.logId !== first.logId) return undefined;
      if (at.position < first.position || at.refusals < first.refusals) return undefined;
      return kept.filter(({ entry }) => !isCovered(asOf, entry));
    },
  };
}
