import type { Cursor, Place } from '#domain/cursor.ts';
import { matchesKind } from '#domain/kind.ts';
import type { LogFilter, LogPage, TailEntry } from './read.ts';

/** A page that is kept: what follows `after`, up to `next`. */
interface RecentPage extends LogPage {
  after: Cursor;
  /** Its events without its refusals. The same array as `entries` where there are none. */
  events: readonly TailEntry[];
}

type Part = Pick<LogPage, 'entries' | 'next' | 'meanCharacters'>;

/** The newest entries of the log, in the pages in which they were read. */
export interface RecentPages {
  /** Adds what follows the newest page. */
  add(page: LogPage): void;
  /** Forgets them all; what follows begins after a cursor. */
  reset(after: Cursor): void;
  /**
   * What follows a cursor, up to the end of the page in which it stands.
   *
   * **Shape** undefined for a cursor that is older than all pages. Whoever has seen nothing of a page, and filters by no
   * key or kind, gets the same array as all others: what is made from it can be made once.
   */
  take(cursor: Cursor, filter: LogFilter): Part | undefined;
}

const maxEntries = 4_096;
const maxCharacters = 8 * 1024 * 1024;

/** Keeps the newest pages, as many as memory may hold. */
export function createRecentPages(start: Cursor): RecentPages {
  let pages: RecentPage[] = [];
  let after = start;
  let entries = 0;
  let characters = 0;

  return { add, reset, take };

  function add(page: LogPage): void {
    const hasRefusals = page.entries.some(({ entry }) => entry.type === 'refusal');
    const events = hasRefusals ? page.entries.filter(({ entry }) => entry.type === 'event') : page.entries;
    pages.push({ ...page, events, after: pages.at(-1)?.next ?? after });
    entries += page.entries.length;
    characters += page.characters;
    let dropped = 0;
    for (; dropped < pages.length - 1 && (entries > maxEntries || characters > maxCharacters); dropped += 1) {
      const oldest = pages[dropped] as RecentPage;
      entries -= oldest.entries.length;
      characters -= oldest.characters;
      after = oldest.next;
    }
    if (dropped > 0) pages = pages.slice(dropped);
  }

  function reset(cursor: Cursor): void {
    pages = [];
    after = cursor;
    entries = 0;
    characters = 0;
  }

  function take(cursor: Cursor, filter: LogFilter): Part | undefined {
    if (isBehind(cursor, after)) return undefined;
    const page = findPage(cursor);
    return page && { entries: select(page, cursor, filter), next: page.next, meanCharacters: page.meanCharacters };
  }

  /** The first page that holds something after a cursor. */
  function findPage(cursor: Cursor): RecentPage | undefined {
    let first = 0;
    let end = pages.length;
    while (first < end) {
      const middle = (first + end) >> 1;
      if (isBehind(cursor, (pages[middle] as RecentPage).next)) end = middle;
      else first = middle + 1;
    }
    return pages[first];
  }
}

function select(page: RecentPage, cursor: Cursor, { key, kind, eventsOnly }: LogFilter): readonly TailEntry[] {
  const entries = eventsOnly ? page.events : page.entries;
  const isNew = cursor.position <= page.after.position && cursor.refusals <= page.after.refusals;
  if (isNew && key === undefined && kind === undefined) return entries;
  return entries.filter(
    (item) =>
      isAfter(item, cursor) &&
      (key === undefined || item.entry.key === key) &&
      (kind === undefined || matchesKind(kind, item.entry.kind)),
  );
}

/** Whether a cursor lacks something that another has seen. */
export function isBehind(cursor: Place, other: Place): boolean {
  return cursor.position < other.position || cursor.refusals < other.refusals;
}

/** Whether an entry has not been seen at a cursor. */
function isAfter({ entry }: TailEntry, cursor: Cursor): boolean {
  return entry.type === 'event' ? entry.position > cursor.position : entry.id > cursor.refusals;
}
