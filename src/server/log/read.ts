import { type Cursor, formatCursor, parseCursor } from '#domain/cursor.ts';
import { invalidInput } from '#domain/errors.ts';
import type { PulseEvent, Refusal, TimelineEntry } from '#domain/event.ts';
import { matchesKind } from '#domain/kind.ts';
import type { PrismaClient } from '../db/client.ts';
import { toEvent, toRefusal } from '../db/rows.ts';
import { readEventRows, readRefusalRows } from './read-rows.ts';

/** Which part of the log to read. */
export interface LogFilter {
  key?: string | undefined;
  /** A kind or a pattern such as `*.__abort__`. */
  kind?: string | undefined;
  /** Leave the refusals out. */
  eventsOnly?: boolean | undefined;
}

/** A line of the log with the cursor that goes on right after it. */
export interface TailEntry {
  cursor: Cursor;
  entry: TimelineEntry;
}

/** Some lines of the log, and the cursor from which to read on. `complete` when nothing was left. */
export interface LogPage {
  entries: TailEntry[];
  next: Cursor;
  complete: boolean;
}

/** Reads where the log ends. */
export async function readHead(prisma: PrismaClient): Promise<Cursor> {
  const head = await prisma.logHead.findFirstOrThrow();
  return { logId: head.logId, position: Number(head.position), refusals: Number(head.refusals) };
}

/**
 * Finds the place that a client's `after` names.
 *
 * **Shape** absent: the start of the log. A cursor: its place. `latest`: the end. A bare number: right after that position.
 * **Errors** `INVALID_INPUT` for anything else, and for a cursor of another log or past the end of this one; `path` is how
 * the client calls it.
 */
export async function resolveCursor(
  prisma: PrismaClient,
  after: string | undefined,
  head: Cursor,
  path = 'after',
): Promise<Cursor> {
  if (after === undefined || after === '') return { ...head, position: 0, refusals: 0 };
  if (after === 'latest') return head;
  const cursor = /^\d{1,15}$/.test(after) ? await findCursor(prisma, Number(after), head) : parseCursor(after);
  if (!cursor) throw invalidInput(path, `is no cursor; give the id of an event of this log, a position or 'latest'`);
  if (cursor.logId !== head.logId)
    throw invalidInput(path, 'belongs to another log, which was replaced or restored; begin again without a cursor');
  if (cursor.position > head.position || cursor.refusals > head.refusals)
    throw invalidInput(path, `is past the end of the log (${formatCursor(head)}); begin again without a cursor`);
  return cursor;
}

/** The cursor right after an event: what was refused before it has been seen. */
async function findCursor(prisma: PrismaClient, position: number, head: Cursor): Promise<Cursor> {
  const last = await prisma.refusal.findFirst({
    where: { afterPosition: { lt: position } },
    orderBy: [{ afterPosition: 'desc' }, { id: 'desc' }],
    select: { id: true },
  });
  return { ...head, position, refusals: Number(last?.id ?? 0) };
}

/**
 * Reads the log after a cursor and up to another, in order: events by position, each refusal after the event it followed.
 *
 * **Shape** at most `limit` entries; `next` is `until` when the page is complete.
 */
export async function readLog(
  prisma: PrismaClient,
  { after, until, limit, filter = {} }: { after: Cursor; until: Cursor; limit: number; filter?: LogFilter },
): Promise<LogPage> {
  const { events, refusals } = await readRows(prisma, { after, until, limit, filter, direction: 'asc' });
  const all = mergeEntries(events, refusals);
  const complete = isComplete(all, events, refusals, limit);
  const merged = all.slice(0, limit);
  const entries: TailEntry[] = [];
  let next = after;
  for (const entry of merged) {
    next = entry.type === 'event' ? { ...next, position: entry.position } : { ...next, refusals: entry.id };
    if (!filter.kind || matchesKind(filter.kind, entry.kind)) entries.push({ cursor: next, entry });
  }
  return { entries, next: complete ? until : next, complete };
}

/** Reads the log from a cursor back to its start, newest first. `next` is the cursor before the last entry. */
export async function readLogBackwards(
  prisma: PrismaClient,
  { until, limit, filter = {} }: { until: Cursor; limit: number; filter?: LogFilter },
): Promise<LogPage> {
  const after = { ...until, position: 0, refusals: 0 };
  const { events, refusals } = await readRows(prisma, { after, until, limit, filter, direction: 'desc' });
  const all = mergeEntries(events.reverse(), refusals.reverse()).reverse();
  const complete = isComplete(all, events, refusals, limit);
  const merged = all.slice(0, limit);
  const entries: TailEntry[] = [];
  let next = until;
  for (const entry of merged) {
    entries.push({ cursor: next, entry });
    next = entry.type === 'event' ? { ...next, position: entry.position - 1 } : { ...next, refusals: entry.id - 1 };
  }
  return { entries, next: complete ? after : next, complete };
}

/** Reads the first `limit` events and the first `limit` refusals in a direction: together they hold the first `limit` entries. */
async function readRows(
  prisma: PrismaClient,
  {
    after,
    until,
    limit,
    filter: { key, kind, eventsOnly },
    direction,
  }: { after: Cursor; until: Cursor; limit: number; filter: LogFilter; direction: 'asc' | 'desc' },
): Promise<{ events: PulseEvent[]; refusals: Refusal[] }> {
  const one = { limit, direction, key, kind: kind?.includes('*') ? undefined : kind };
  const [events, refusals] = await Promise.all([
    readEventRows(prisma, { ...one, after: after.position, until: until.position }),
    eventsOnly || after.refusals >= until.refusals
      ? []
      : readRefusalRows(prisma, { ...one, after: after.refusals, until: until.refusals }),
  ]);
  return { events: events.map(toEvent), refusals: refusals.map(toRefusal) };
}

/** Whether nothing was left behind a page: neither in the tables nor of what was read. */
function isComplete(all: unknown[], events: unknown[], refusals: unknown[], limit: number): boolean {
  return events.length < limit && refusals.length < limit && all.length <= limit;
}

/** Merges events and refusals, each in its own order, into the order in which they happened. */
function mergeEntries(events: readonly PulseEvent[], refusals: readonly Refusal[]): TimelineEntry[] {
  const merged: TimelineEntry[] = [];
  let next = 0;
  for (const refusal of refusals) {
    for (let event = events[next]; event && event.position <= refusal.afterPosition; event = events[++next])
      merged.push({ type: 'event', ...event });
    merged.push({ type: 'refusal', ...refusal });
  }
  for (const event of events.slice(next)) merged.push({ type: 'event', ...event });
  return merged;
}
