import { expect, test } from 'vitest';
import type { TimelineEntry } from '#domain/event.ts';
import { liveEvent } from '../live/testing.ts';
import {
  findFirstPlace,
  joinPages,
  keepSome,
  readTrail,
  type TimelineSource,
  type TrailPage,
  type TrailPlace,
} from './read-trail.ts';
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

test.each(['asc', 'desc'] as const)('before any page but the first stands what came before it: %s', async (order) => {
  const input: TrailInput = { key: 'a', order, limit: 3 };
  const source = makeSource(20);
  let page = await readTrail(source, input, findFirstPlace(input));
  expect(page.previousCursor).toBeNull();
  while (page.nextCursor) {
    const next = await readTrail(source, input, { cursor: page.nextCursor, back: false });
    const back = await readTrail(source, input, { cursor: next.previousCursor, back: true });
    expect(back.entries).toEqual(page.entries);
    page = next;
  }
});

test.each(['asc', 'desc'] as const)('of a moment, only what was there by then: %s', async (order) => {
  const pages = await readAll({ key: 'a', order, limit: 3, until: 9 });
  expect(
    joinPages(pages)
      .map(positionOf)
      .sort((a, b) => a - b),
  ).toEqual([2, 4, 6, 8]);
});

test.each(['asc', 'desc'] as const)('what was let go of is read again on both sides: %s', async (order) => {
  const input: TrailInput = { key: 'a', order, limit: 3 };
  const whole = { pages: await readAll(input), pageParams: [findFirstPlace(input)] };
  const { pages, pageParams } = keepSome(whole, input, 8, 11);
  const [kept] = pages as [TrailPage];
  const before = await readTrail(makeSource(20), input, { cursor: kept.previousCursor, back: true });
  const after = await readTrail(makeSource(20), input, { cursor: kept.nextCursor, back: false });
  const expected = order === 'asc' ? everything : everything.toReversed();
  expect(joinPages([kept]).map(positionOf)).toEqual(expected.slice(8, 12));
  expect(joinPages([before, kept]).map(positionOf)).toEqual(expected.slice(5, 12));
  expect(joinPages([kept, after]).map(positionOf).slice(0, 6)).toEqual(expected.slice(8, 14));
  const again = await readTrail(makeSource(20), { ...input, limit: 4 }, pageParams[0] as TrailPlace);
  expect(again.entries).toEqual(kept.entries);
  expect(joinPages(keepSome(whole, input, -5, 100).pages).map(positionOf)).toEqual(expected);
});
