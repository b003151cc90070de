import { type Cursor, formatCursor } from '#domain/cursor.ts';
import { createGate } from './gate.ts';
import type { LogFilter, LogPage } from './read.ts';

/** Pages of the stored log, for readers that lag behind memory. */
export interface StoredPages {
  /**
   * What follows a cursor.
   *
   * Readers that ask for the same get the same page: after a restart all come back at once, most with the same cursor.
   * **Errors** what reading throws; it is not kept.
   */
  take(cursor: Cursor, filter: LogFilter, likelyCharacters: number): Promise<LogPage>;
  /** Forgets all pages: the log is another. */
  reset(): void;
}

/** Readers share so many connections, and leave the others to those who append. */
const readsAtOnce = 4;
const maxPages = 16;

/** Reads pages, and keeps the last few. What is stored never changes, so they stay true; what came since follows them. */
export function createStoredPages(
  read: (cursor: Cursor, filter: LogFilter, likelyCharacters: number) => Promise<LogPage>,
): StoredPages {
  const throughGate = createGate(readsAtOnce);
  const pages = new Map<string, Promise<LogPage>>();

  return { take, reset: () => pages.clear() };

  function take(cursor: Cursor, filter: LogFilter, likelyCharacters: number): Promise<LogPage> {
    const { key, kind, eventsOnly } = filter;
    const name = JSON.stringify([formatCursor(cursor), key, kind, eventsOnly]);
    const known = pages.get(name);
    if (known) return known;
    const page = throughGate(() => read(cursor, filter, likelyCharacters));
    pages.set(name, page);
    const [oldest] = pages.keys();
    if (pages.size > maxPages && oldest !== undefined) pages.delete(oldest);
    page.catch(() => {
      if (pages.get(name) === page) pages.delete(name);
    });
    return page;
  }
}
