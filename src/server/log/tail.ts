import { setTimeout as sleep } from 'node:timers/promises';
import type { Cursor } from '#domain/cursor.ts';
import { invalidInput, PulseError } from '#domain/errors.ts';
import { matchesKind } from '#domain/kind.ts';
import type { PrismaClient } from '../db/client.ts';
import { startListener } from './listen.ts';
import { type LogFilter, readHead, readLog, type TailEntry } from './read.ts';

/** The one way out of the log, shared by all readers of the process. */
export interface Tailer {
  /**
   * Yields every entry after a cursor, first those stored, then each as it is committed, until `signal` fires.
   *
   * A reader pulls: one that is slow reads from the table again and costs no memory.
   * **Errors** `INVALID_INPUT` when the log was replaced by another, `UNAVAILABLE` when the process closes it.
   */
  tail(options: LogFilter & { after: Cursor; signal: AbortSignal }): AsyncGenerator<TailEntry, void, undefined>;
  /** The newest place that this process has seen. */
  head(): Cursor;
  /** Looks for new entries now. */
  wake(): void;
  /** Why it is not following the log right now, or undefined when it is. */
  problem(): string | undefined;
  close(): Promise<void>;
}

const pageEntries = 500;
const keptEntries = 4_096;
const keptCharacters = 16 * 1024 * 1024;

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
  let wanted = false;
  let reading = false;
  let lineage = 0;
  let ended: PulseError | undefined;
  let failure: string | undefined;
  const closing = new AbortController();
  const waiting = new Set<() => void>();

  const listener = await startListener(url, wake, heartbeatMs);
  const start = await readHead(prisma);
  // The newest entries, which follow `keptAfter` without a gap and end at `newest`.
  let kept: TailEntry[] = [];
  let characters = 0;
  let keptAfter = start;
  let newest = start;

  return {
    tail,
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

  function wake(): void {
    wanted = true;
    if (readers > 0 && !reading && !ended) void readNew();
  }

  async function readNew(): Promise<void> {
    reading = true;
    while (wanted && readers > 0 && !ended) {
      wanted = false;
      try {
        const head = await readHead(prisma);
        if (head.logId !== newest.logId || head.position < newest.position) {
          replaceLog(head);
          continue;
        }
        if (head.position === newest.position && head.refusals === newest.refusals) continue;
        failure = undefined;
        if (head.position - newest.position > keptEntries) {
          skipTo(head);
          continue;
        }
        const page = await readLog(prisma, { after: newest, until: head, limit: pageEntries });
        keep(page.entries, page.next);
        if (page.next.position < head.position || page.next.refusals < head.refusals) wanted = true;
      } catch (error) {
        failure = `the log can't be read: ${(error as Error).message}`;
        await sleep(100, undefined, { signal: closing.signal }).catch(() => {});
        wanted = true;
      }
    }
    failure = undefined; // Read to the end, or nobody reads any more.
    reading = false;
  }

  function keep(entries: TailEntry[], next: Cursor): void {
    let position = newest.position;
    for (const { entry } of entries) {
      if (entry.type === 'event' && entry.position !== ++position) {
        onAlarm(`The log has a gap: position ${entry.position} follows ${position - 1}`);
        position = entry.position;
      }
    }
    kept.push(...entries);
    newest = next;
    for (const { entry } of entries) characters += JSON.stringify(entry.payload).length;
    if (kept.length > keptEntries * 2 || characters > keptCharacters) {
      characters = 0;
      const dropped = Math.max(kept.length - keptEntries, Math.ceil(kept.length / 2));
      keptAfter = (kept[dropped - 1] as TailEntry).cursor;
      kept = kept.slice(dropped);
    }
    notify();
  }

  /** After a time without readers there may be too much to keep: they read it from the table. */
  function skipTo(head: Cursor): void {
    kept = [];
    keptAfter = head;
    newest = head;
    notify();
  }

  /** Ends the readers of a log that is no more; new ones read the log that is there now. */
  function replaceLog(head: Cursor): void {
    lineage += 1;
    skipTo(head);
  }

  function end(error: PulseError): void {
    ended ??= error;
    notify();
  }

  function notify(): void {
    const all = [...waiting];
    waiting.clear();
    for (const resume of all) resume();
  }

  async function* tail({
    after,
    signal,
    ...filter
  }: LogFilter & { after: Cursor; signal: AbortSignal }): AsyncGenerator<TailEntry, void, undefined> {
    let cursor = after;
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
          const { entries, next } = isKept(cursor)
            ? { entries: takeKept(cursor, filter), next: newest }
            : await readLog(prisma, { after: cursor, until: newest, limit: pageEntries, filter });
          for (const item of entries) {
            if (signal.aborted) return;
            yield item;
          }
          cursor = later(cursor, next);
        } else {
          await waitForNews(signal);
        }
      }
    } finally {
      readers -= 1;
    }
  }

  function isKept(cursor: Cursor): boolean {
    return cursor.position >= keptAfter.position && cursor.refusals >= keptAfter.refusals;
  }

  function takeKept(cursor: Cursor, { key, kind, eventsOnly }: LogFilter): TailEntry[] {
    let first = kept.length;
    while (first > 0 && isBehind(cursor, (kept[first - 1] as TailEntry).cursor)) first -= 1;
    return kept
      .slice(first)
      .filter(
        (item) =>
          isAfter(item, cursor) &&
          (key === undefined || item.entry.key === key) &&
          (kind === undefined || matchesKind(kind, item.entry.kind)) &&
          !(eventsOnly && item.entry.type === 'refusal'),
      );
  }

  async function waitForNews(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const resume = () => {
        waiting.delete(resume);
        signal.removeEventListener('abort', resume);
        resolve();
      };
      waiting.add(resume);
      signal.addEventListener('abort', resume);
    });
  }
}

function isBehind(cursor: Cursor, newest: Cursor): boolean {
  return cursor.position < newest.position || cursor.refusals < newest.refusals;
}

function later(left: Cursor, right: Cursor): Cursor {
  const position = Math.max(left.position, right.position);
  return { ...right, position, refusals: Math.max(left.refusals, right.refusals) };
}

/** Whether a kept entry has not been seen at a cursor. */
function isAfter({ entry }: TailEntry, cursor: Cursor): boolean {
  return entry.type === 'event' ? entry.position > cursor.position : entry.id > cursor.refusals;
}
