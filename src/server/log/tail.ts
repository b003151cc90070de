import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Cursor, Place } from '#domain/cursor.ts';
import { invalidInput, PulseError } from '#domain/errors.ts';
import { limits } from '#domain/limits.ts';
import type { PrismaClient } from '../db/client.ts';
import { logChannel, startListener } from './listen.ts';
import { type LogFilter, type LogPage, readHead, readLog, type TailEntry } from './read.ts';
import { createRecentPages, isBehind } from './recent-pages.ts';
import { createStoredPages } from './stored-pages.ts';

/** Which entries to follow, and until when. */
export type TailOptions = LogFilter & { after: Cursor; signal: AbortSignal };

/** The one way out of the log, shared by all readers of the process. */
export interface Tailer {
  /**
   * Yields every entry after a cursor, first those stored, then each as it is committed, until `signal` fires.
   *
   * A reader pulls: one that is slow reads from the table again and costs no memory.
   * **Errors** `INVALID_INPUT` when the log was replaced by another, `UNAVAILABLE` when the process closes it.
   */
  tail(options: TailOptions): AsyncGenerator<TailEntry, void, undefined>;
  /**
   * Does the same a page at a time: what is there already, at most some hundred entries or some hundred KiB, and never none.
   *
   * Readers that are at the same place with the same filter are mostly given the same array, so that what they make of it
   * can be made once.
   */
  tailPages(options: TailOptions): AsyncGenerator<readonly TailEntry[], void, undefined>;
  /** The newest place that this process has seen. */
  head(): Cursor;
  /** Looks for new entries now, unless it has seen as far as a hint says: `<position> <refusals>`. */
  wake(hint?: string): void;
  /** Why it is not following the log right now, or undefined when it is. */
  problem(): string | undefined;
  close(): Promise<void>;
}

/** What a reader may hold at a time, however slow it is: as many entries, or as much as one payload can be. */
const pageSize = { limit: 500, maxCharacters: limits.payloadBytes };
/** Past so many unread entries it is left to the readers to read them, if they want them. */
const maxUnread = 4_096;
/** So many readers are woken at once; then other work has its turn, such as an abort that has just come in. */
const wokenAtOnce = 100;

/** Starts the tailer: listens first and reads after, so that nothing is committed in between unseen. */
export async function startTailer({
  prisma,
  url,
  heartbeatMs = 5_000,
  onAlarm = (message) => console.error(message),
}: {
  prisma: PrismaClient;
  url: string;
  /** How often to look for entries that no notification told of. Default: 5000. */
  heartbeatMs?: number | undefined;
  /** Told when the log breaks a promise, such as a gap between positions. */
  onAlarm?: (message: string) => void;
}): Promise<Tailer> {
  let readers = 0;
  /** How far the hints say that the log goes, from before its head is read. They may come late, an older one after a newer. */
  let hinted: Place = { position: 0, refusals: 0 };
  /** Whether to look in any case. */
  let mustLook = false;
  let reading = false;
  let lineage = 0;
  let ended: PulseError | undefined;
  let failure: string | undefined;
  const closing = new AbortController();
  const waiting = new Set<() => void>();

  const listener = await startListener(url, logChannel, wake, heartbeatMs);
  const start = await readHead(prisma);
  let likelyCharacters = 1;
  // What is kept ends at `newest`.
  const recent = createRecentPages(start);
  let newest = start;
  const stored = createStoredPages((after, filter, likelyCharacters) =>
    readLog(prisma, { after, until: newest, ...pageSize, likelyCharacters, filter }),
  );

  return {
    tail,
    tailPages,
    wake,
    head: () => newest,
    problem: () => ended?.message ?? failure ?? (listener.isConnected() ? undefined : 'not listening for commits'),
    close: async () => {
      const reason = 'the server is closing';
      end(new PulseError('UNAVAILABLE', `${reason}; connect again`, { reason }));
      closing.abort();
      await listener.close();
      while (reading) await sleep(5);
    },
  };

  /** Each commit tells of itself twice: to the process that made it, and by a notification. */
  function wake(hint?: string): void {
    if (hint === undefined) mustLook = true;
    else {
      const [position = 0, refusals = 0] = hint.split(' ').map(Number);
      hinted = furthest(hinted, { position, refusals });
    }
    if (readers > 0 && !reading && !ended) void readNew();
  }

  async function readNew(): Promise<void> {
    reading = true;
    while ((mustLook || isBehind(newest, hinted)) && readers > 0 && !ended) {
      const likely = later(hinted, newest);
      mustLook = false;
      hinted = newest;
      try {
        // What a hint tells of is read in the time that asking whether this is still the same log takes.
        const [head, expected] = await Promise.all([
          readHead(prisma),
          isBehind(newest, likely) && likely.position - newest.position <= maxUnread ? readUntil(likely) : undefined,
        ]);
        if (head.logId !== newest.logId || head.position < newest.position) {
          replaceLog(head);
          continue;
        }
        if (head.position === newest.position && head.refusals === newest.refusals) continue;
        failure = undefined;
        if (head.position - newest.position > maxUnread) {
          skipTo(head);
          continue;
        }
        const news = expected ?? (await readUntil(head));
        likelyCharacters = news.meanCharacters;
        checkContiguity(news.entries);
        recent.add(news);
        newest = news.next;
        notify();
        if (isBehind(newest, head)) mustLook = true;
      } catch (error) {
        failure = `the log can't be read: ${(error as Error).message}`;
        await sleep(100, undefined, { signal: closing.signal }).catch(() => {});
        mustLook = true;
      }
    }
    failure = undefined; // Read to the end, or nobody reads any more.
    reading = false;
  }

  function readUntil(until: Cursor): Promise<LogPage> {
    return readLog(prisma, { after: newest, until, ...pageSize, likelyCharacters });
  }

  function checkContiguity(entries: readonly TailEntry[]): void {
    let position = newest.position;
    for (const { entry } of entries) {
      if (entry.type === 'event' && entry.position !== ++position) {
        onAlarm(`The log has a gap: position ${entry.position} follows ${position - 1}`);
        position = entry.position;
      }
    }
  }

  /** After a time without readers there may be too much to keep: they read it from the table. */
  function skipTo(head: Cursor): void {
    recent.reset(head);
    newest = head;
    notify();
  }

  /** Ends the readers of a log that is no more; new ones read the log that is there now. */
  function replaceLog(head: Cursor): void {
    lineage += 1;
    stored.reset();
    skipTo(head);
  }

  function end(error: PulseError): void {
    ended ??= error;
    notify();
  }

  function notify(): void {
    const all = [...waiting];
    waiting.clear();
    void wakeInTurns(all);
  }

  async function* tail(options: TailOptions): AsyncGenerator<TailEntry, void, undefined> {
    for await (const entries of tailPages(options)) {
      for (const item of entries) {
        if (options.signal.aborted) return;
        yield item;
      }
    }
  }

  async function* tailPages({
    after,
    signal,
    ...filter
  }: TailOptions): AsyncGenerator<readonly TailEntry[], void, undefined> {
    let cursor = after;
    let likelyCharacters = 1;
    let resume = () => {};
    const onAbort = () => resume();
    signal.addEventListener('abort', onAbort);
    readers += 1;
    try {
      if (after.logId !== newest.logId) replaceLog(await readHead(prisma));
      const ownLineage = lineage;
      wake(); // Nobody may have read for a while.
      while (!signal.aborted) {
        if (ended) throw ended;
        if (ownLineage !== lineage)
          throw invalidInput('after', 'belongs to a log that was replaced or restored; begin again without a cursor');
        if (isBehind(cursor, newest)) {
          const page = recent.take(cursor, filter) ?? (await stored.take(cursor, filter, likelyCharacters));
          cursor = later(cursor, page.next);
          likelyCharacters = page.meanCharacters;
          if (page.entries.length > 0 && !signal.aborted) yield page.entries;
        } else {
          await new Promise<void>((resolve) => {
            resume = resolve;
            waiting.add(resume);
          });
        }
      }
    } finally {
      waiting.delete(resume);
      signal.removeEventListener('abort', onAbort);
      readers -= 1;
    }
  }
}

async function wakeInTurns(waiting: readonly (() => void)[]): Promise<void> {
  for (let woken = 0; woken < waiting.length; woken += 1) {
    if (woken > 0 && woken % wokenAtOnce === 0) await turn();
    waiting[woken]?.();
  }
}

function later(left: Place, right: Cursor): Cursor {
  return { ...right, ...furthest(left, right) };
}

function furthest(left: Place, right: Place): Place {
  return {
    position: Math.max(left.position, right.position),
    refusals: Math.max(left.refusals, right.refusals),
  };
}
