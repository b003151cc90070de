import { type Cursor, formatCursor, parseCursor } from '#domain/cursor.ts';
import { invalidInput } from '#domain/errors.ts';
import type { TimelineEntry } from '#domain/event.ts';
import { matchesKind } from '#domain/kind.ts';
import type { PrismaClient } from '../db/client.ts';
import type { EventModel as EventRow, RefusalModel as RefusalRow } from '../db/generated/models.ts';
import { toEvent, toRefusal } from '../db/rows.ts';
import { type PageSize, type RowPage, readPage } from './read-page.ts';
import { type RowRange, readEventRows, readRefusalRows } from './read-rows.ts';

/** Which part of the log to read. */
export interface LogFilter {
  key?: string | undefined;
  /** A kind or a pattern such as `*.__abort__`. */
  kind?: string | undefined;
  /** Leave the refusals out. */
  eventsOnly?: boolean | undefined;
  /** Leave the events out. */
  refusalsOnly?: boolean | undefined;
}

/** A line of the log with the cursor that goes on right after it. */
export interface TailEntry {
  cursor: Cursor;
  entry: TimelineEntry;
}

/** Some lines of the log, and the cursor from which to read on. `complete` when nothing was left. */
export interface LogPage {
  entries: readonly TailEntry[];
  next: Cursor;
  complete: boolean;
  /** About how much JSON the payloads are that were read for it, all together and each. */
  characters: number;
  meanCharacters: number;
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
 * **Shape** at most `limit` entries, fewer where they are large; `next` is `until` when the page is complete.
 */
export async function readLog(
  prisma: PrismaClient,
  { after, until, filter = {}, ...size }: { after: Cursor; until: Cursor; filter?: LogFilter } & PageSize,
): Promise<LogPage> {
  const merged = await readMerged(prisma, { after, until, filter, direction: 'asc', ...size });
  const entries: TailEntry[] = [];
  let next = after;
  for (const entry of merged.entries) {
    next = entry.type === 'event' ? { ...next, position: entry.position } : { ...next, refusals: entry.id };
    if (!filter.kind || matchesKind(filter.kind, entry.kind)) entries.push({ cursor: next, entry });
  }
  return { ...merged, entries, next: merged.complete ? until : next };
}

/** Reads the log from a cursor back to its start, newest first. `next` is the cursor before the last entry. */
export async function readLogBackwards(
  prisma: PrismaClient,
  { until, filter = {}, ...size }: { until: Cursor; filter?: LogFilter } & PageSize,
): Promise<LogPage> {
  const after = { ...until, position: 0, refusals: 0 };
  const merged = await readMerged(prisma, { after, until, filter, direction: 'desc', ...size });
  const entries: TailEntry[] = [];
  let next = until;
  for (const entry of merged.entries) {
    entries.push({ cursor: next, entry });
    next = entry.type === 'event' ? { ...next, position: entry.position - 1 } : { ...next, refusals: entry.id - 1 };
  }
  return { ...merged, entries, next: merged.complete ? after : next };
}

interface Span extends PageSize {
  after: Cursor;
  until: Cursor;
  filter: LogFilter;
  direction: 'asc' | 'desc';
}

/** Reads the first entries in a direction, in the order of that direction. */
async function readMerged(prisma: PrismaClient, span: Span) {
  const [events, refusals] = await Promise.all([readEvents(prisma, span), readRefusals(prisma, span)]);
  const isForward = span.direction === 'asc';
  const pages = {
    event: events.rows.map((row) => ({ type: 'event' as const, ...toEvent(row) })),
    refusal: refusals.rows.map((row) => ({ type: 'refusal' as const, ...toRefusal(row) })),
  };
  const merged = isForward
    ? mergeEntries(pages.event, pages.refusal)
    : mergeEntries(pages.event.reverse(), pages.refusal.reverse()).reverse();
  // Past the last row of one that goes on, it may have more that come before what the other has.
  const known = Math.min(
    events.complete ? merged.length : merged.findLastIndex(({ type }) => type === 'event') + 1,
    refusals.complete ? merged.length : merged.findLastIndex(({ type }) => type === 'refusal') + 1,
    span.limit,
  );
  const characters = events.characters + refusals.characters;
  return {
    entries: merged.slice(0, known),
    complete: events.complete && refusals.complete && known === merged.length,
    characters,
    meanCharacters: characters / Math.max(1, merged.length),
  };
}

async function readEvents(prisma: PrismaClient, { after, until, filter, direction, ...size }: Span) {
  const nothing: RowPage<EventRow> = { rows: [], complete: true, characters: 0 };
  if (filter.refusalsOnly) return nothing;
  const range = { ...toRowFilter(filter), direction, after: after.position, until: until.position };
  return readPage<EventRow>(
    (take, last) => readEventRows(prisma, { ...goOnBehind(last?.position, range), limit: take }),
    size,
  );
}

async function readRefusals(prisma: PrismaClient, { after, until, filter, direction, ...size }: Span) {
  const nothing: RowPage<RefusalRow> = { rows: [], complete: true, characters: 0 };
  if (filter.eventsOnly || after.refusals >= until.refusals) return nothing;
  const range = { ...toRowFilter(filter), direction, after: after.refusals, until: until.refusals };
  return readPage<RefusalRow>(
    (take, last) => readRefusalRows(prisma, { ...goOnBehind(last?.id, range), limit: take }),
    size,
  );
}

function toRowFilter({ key, kind }: LogFilter) {
  return { key, kind: kind?.includes('*') ? undefined : kind };
}

/** What is left of a range behind the last row that has been read. */
function goOnBehind(last: bigint | undefined, range: Omit<RowRange, 'limit'>): Omit<RowRange, 'limit'> {
  if (last === undefined) return range;
  return range.direction === 'asc' ? { ...range, after: Number(last) } : { ...range, until: Number(last) - 1 };
}

type EventEntry = TimelineEntry & { type: 'event' };
type RefusalEntry = TimelineEntry & { type: 'refusal' };

/** Merges events and refusals, each in its own order, into the order in which they happened. */
function mergeEntries(events: readonly EventEntry[], refusals: readonly RefusalEntry[]): TimelineEntry[] {
  const merged: TimelineEntry[] = [];
  let next = 0;
  for (const refusal of refusals) {
    for (let event = events[next]; event && event.position <= refusal.afterPosition; event = events[++next])
      merged.push(event);
    merged.push(refusal);
  }
  return merged.concat(events.slice(next));
}
