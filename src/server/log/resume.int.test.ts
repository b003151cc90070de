import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cursor, formatCursor } from '#domain/cursor.ts';
import { isPulseError } from '#domain/errors.ts';
import type { TimelineEntry } from '#domain/event.ts';
import { matchesKind } from '#domain/kind.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { toEvent, toRefusal } from '../db/rows.ts';
import { listEvents } from '../events/list-events.ts';
import type { Pulse } from '../pulse.ts';
import { getTimeline } from '../workflows/timeline.ts';
import { type LogFilter, resolveCursor } from './read.ts';

const { pulses } = setUpPulses(2);
const here = () => pulses[0] as Pulse;

/** Appends of three keys, some of which are refused; several at once where `together` says so. */
const write = fc.record({
  key: fc.nat(2),
  writer: fc.nat(1),
  kind: fc.constantFrom(
    'meta.__start__',
    'meta.note',
    'note.added',
    'meta.sub.note',
    'meta.__round__',
    'meta.__abort__',
  ),
  together: fc.boolean(),
});
const writes = fc.array(write, { minLength: 5, maxLength: 24, size: 'max' });
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

/** How many entries a reader takes before it stops and comes back, again and again. */
const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 9 }));
const size = (stream: typeof sizes extends fc.Arbitrary<infer T> ? T : never) => stream.next().value as number;
const kind = fc.constantFrom(undefined, undefined, '*.*', 'meta.*', '*.note', '*.*.*', 'meta.note', 'nothing.here');
const filter = fc.record({ key: fc.option(fc.nat(2), { nil: undefined }), kind, eventsOnly: fc.boolean() });
type Filter = typeof filter extends fc.Arbitrary<infer T> ? T : never;

async function writeAll(keys: string[], list: Write[]): Promise<void> {
  let open: Promise<unknown>[] = [];
  for (const { key, writer, kind, together } of list) {
    open.push(
      appendOne(pulses[writer] as Pulse, keys[key] as string, kind).catch((error) => {
        if (!isPulseError(error, 'GUARD_REJECTED')) throw error;
      }),
    );
    if (together) continue;
    await Promise.all(open);
    open = [];
  }
  await Promise.all(open);
}

const named = (keys: string[], { key, ...rest }: Filter): LogFilter => ({
  ...rest,
  ...(key !== undefined && { key: keys[key] }),
});
const nameOf = (entry: TimelineEntry) => (entry.type === 'event' ? `event ${entry.position}` : `refusal ${entry.id}`);

/** Everything that a filter lets through after a place, read at once from the tables and put in order. */
async function readAtOnce(
  { key, kind, eventsOnly }: LogFilter,
  after = { position: 0, refusals: 0 },
): Promise<string[]> {
  const events = await here().prisma.event.findMany({ where: { position: { gt: after.position } } });
  const refusals = await here().prisma.refusal.findMany({ where: { id: { gt: after.refusals } } });
  const entries: TimelineEntry[] = events.map((row) => ({ type: 'event', ...toEvent(row) }));
  if (!eventsOnly) for (const row of refusals) entries.push({ type: 'refusal', ...toRefusal(row) });
  const place = (entry: TimelineEntry) =>
    entry.type === 'event' ? [entry.position, 0] : [entry.afterPosition, entry.id];
  return entries
    .filter((entry) => (key === undefined || entry.key === key) && (!kind || matchesKind(kind, entry.kind)))
    .sort((left, right) => {
      const [[position = 0, id = 0], [otherPosition = 0, otherId = 0]] = [place(left), place(right)];
      return position - otherPosition || id - otherId;
    })
    .map(nameOf);
}

/** Begins to write, and reads while the rest is written; `written` fires when it is. */
async function during<T>(keys: string[], list: Write[], read: (written: AbortSignal) => Promise<T>): Promise<T> {
  const half = Math.floor(list.length / 2);
  await writeAll(keys, list.slice(0, half));
  const written = new AbortController();
  const writing = writeAll(keys, list.slice(half)).finally(() => written.abort());
  try {
    return await read(written.signal);
  } finally {
    await writing;
  }
}

describe('given a reader that stops anywhere, while others write', () => {
  const newKeys = () => [newKey(), newKey(), newKey()];

  it('when it pages through event.list, then the pages are the list, without what came later', async () => {
    await fc.assert(
      fc.asyncProperty(writes, filter, sizes, async (list, asked, limits) => {
        const keys = newKeys();
        const { key, kind } = named(keys, asked);
        let before = 0;
        const read = await during(keys, list, async () => {
          const seen: string[] = [];
          before = (await readAtOnce({ key, kind, eventsOnly: true })).length;
          let after: string | undefined;
          do {
            const limit = size(limits);
            const page = await listEvents(here(), { after, key, kind, limit });
            expect(page.events.length).toBeLessThanOrEqual(limit);
            seen.push(...page.events.map(({ position }) => `event ${position}`));
            after = page.nextCursor ?? undefined;
          } while (after !== undefined);
          return seen;
        });
        expect(read.length).toBeGreaterThanOrEqual(before);
        expect(read).toEqual((await readAtOnce({ key, kind, eventsOnly: true })).slice(0, read.length));
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  it.each(['asc', 'desc'] as const)(
    'when it pages through a timeline, %s, then the pages are the trail',
    async (order) => {
      await fc.assert(
        fc.asyncProperty(writes, fc.nat(2), sizes, async (list, which, limits) => {
          const keys = newKeys();
          const key = keys[which] as string;
          await appendOne(here(), key, 'note.added');
          let before: string[] = [];
          const read = await during(keys, list, async () => {
            const seen: string[] = [];
            before = await readAtOnce({ key });
            let cursor: string | undefined;
            do {
              const limit = size(limits);
              const page = await getTimeline(here(), { key, limit, cursor, order });
              expect(page.entries.length).toBeLessThanOrEqual(limit);
              seen.push(...page.entries.map(nameOf));
              cursor = page.nextCursor ?? undefined;
            } while (cursor !== undefined);
            return seen;
          });
          expect(read.length).toBeGreaterThanOrEqual(before.length);
          expect(order === 'asc' ? read : read.toReversed()).toEqual((await readAtOnce({ key })).slice(0, read.length));
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );

  it('when it follows the tail, drops and resumes, in this process or another, then it misses and doubles nothing', async () => {
    await fc.assert(
      fc.asyncProperty(writes, filter, sizes, fc.infiniteStream(fc.nat(1)), async (list, asked, takes, readers) => {
        const keys = newKeys();
        const asFilter = named(keys, asked);
        const start = await here().head();
        let cursor = start;
        const seen: string[] = [];
        const takeSome = async (most: number, signal: AbortSignal) => {
          const pulse = pulses[readers.next().value as number] as Pulse;
          const after = await resolveCursor(pulse.prisma, formatCursor(cursor), await pulse.head());
          const last = seen.length + Math.min(size(takes), most);
          for await (const item of pulse.tail({ ...asFilter, after, signal })) {
            seen.push(nameOf(item.entry));
            cursor = item.cursor;
            if (seen.length >= last) break;
          }
        };
        await during(keys, list, async (written) => {
          while (!written.aborted) await takeSome(Number.POSITIVE_INFINITY, written);
        });
        const all = (await readAtOnce(asFilter, start)).length;
        while (seen.length < all) await takeSome(all - seen.length, AbortSignal.timeout(10_000));
        expect(seen).toEqual(await readAtOnce(asFilter, start));
        await expectRest(asFilter, seen, start);
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});

/** The bare position of an event is a cursor too: what follows is what came after it. */
async function expectRest(asFilter: LogFilter, seen: string[], start: Cursor): Promise<void> {
  const index = seen.findIndex((name) => name.startsWith('event'));
  if (index < 0 || index === seen.length - 1) return;
  const position = seen[index]?.slice('event '.length);
  const after = await resolveCursor(here().prisma, position, await here().head());
  expect(after.position).toBeGreaterThan(start.position);
  const rest: string[] = [];
  for await (const { entry } of here().tail({ ...asFilter, after, signal: AbortSignal.timeout(10_000) })) {
    rest.push(nameOf(entry));
    if (rest.length === seen.length - index - 1) break;
  }
  expect(rest).toEqual(seen.slice(index + 1));
}
