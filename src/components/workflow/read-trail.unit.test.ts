import { expect, test } from 'vitest';
import type { TimelineEntry } from '#domain/event.ts';
import { liveEvent } from '../live/testing.ts';
import { findFirstPlace, joinPages, keepNewest, readTrail, type TimelineSource, type TrailPage } from './read-trail.ts';
import type { TrailInput } from './trail-params.ts';

/** A trail of so many events at every other position, as `workflow.timeline` gives it. */
function makeSource(length: number): TimelineSource {
  const all = Array.from({ length }, (_, index) => liveEvent(2 * index + 2, 'a', 'meta.note').entry);
  return async ({ order, limit, cursor }) => {
    const at = cursor == null ? (order === 'asc' ? 0 : 2 * length) : Number(cursor);
    const rest = all.filter((entry) => (order === 'asc' ? positionOf(entry) > at : positionOf(entry) <= at));
    const entries = (order === 'asc' ? rest : rest.toReversed()).slice(0, limit);
    const last = entries.at(-1);
    const nextCursor = last && rest.length > limit ? String(positionOf(last) - (order === 'asc' ? 0 : 1)) : null;
    return { entries, nextCursor, asOf: `abcd1234-${2 * length}-0` };
  };
}

const positionOf = (entry: TimelineEntry) => (entry.type === 'event' ? entry.position : 0);

/** Reads a trail to both its ends, as someone who scrolls. */
async function readAll(input: TrailInput): Promise<TrailPage[]> {
  const source = makeSource(20);
  const pages = [await readTrail(source, input, findFirstPlace(input))];
  for (let page = pages[0]; page?.previousCursor; page = pages[0])
    pages.unshift(await readTrail(source, input, { cursor: page.previousCursor, back: true }));
  for (let page = pages.at(-1); page?.nextCursor; page = pages.at(-1))
    pages.push(await readTrail(source, input, { cursor: page.nextCursor, back: false }));
  return pages;
}

const everything = Array.from({ length: 20 }, (_, index) => 2 * index + 2);

test.each(['asc', 'desc'] as const)(
  'around any event, a trail is read whole and each entry once: %s',
  async (order) => {
    for (const around of [2, 18, 19, 40, undefined]) {
      const pages = await readAll({ key: 'a', order, limit: 3, ...(around && { around }) });
      const expected = order === 'asc' ? everything : everything.toReversed();
      expect(joinPages(pages).map(positionOf), `around ${around}`).toEqual(expected);
    }
  },
);

test.each(['asc', 'desc'] as const)('of a moment, only what was there by then: %s', async (order) => {
  const pages = await readAll({ key: 'a', order, limit: 3, until: 9 });
  expect(
    joinPages(pages)
      .map(positionOf)
      .sort((a, b) => a - b),
  ).toEqual([2, 4, 6, 8]);
});

test('what was let go of is read again from where it was cut', async () => {
  const input: TrailInput = { key: 'a', order: 'desc', limit: 3 };
  const [kept] = keepNewest(await readAll(input), 7);
  const next = await readTrail(makeSource(20), input, { cursor: kept?.nextCursor ?? '', back: false });
  const joined = joinPages([kept as TrailPage, next]).map(positionOf);
  expect(joined).toEqual(everything.toReversed().slice(0, 10));
  const few = await readAll({ ...input, limit: 30 });
  expect(keepNewest(few, 20)).toBe(few);
});
