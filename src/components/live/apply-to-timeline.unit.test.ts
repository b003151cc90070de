import { expect, test } from 'vitest';
import type { TimelineEntry } from '#domain/event.ts';
import { applyToTimeline, type Timeline } from './apply-to-timeline.ts';
import type { LiveEntry } from './entry.ts';
import { cursorAt, liveEvent, liveRefusal } from './testing.ts';

const first = liveEvent(1, 'a', 'meta.__start__').entry;
const second = liveEvent(2, 'a', 'meta.__round__').entry;

function makeTimeline(entries: TimelineEntry[], nextCursor: string | null = null): Timeline {
  return { pages: [{ entries, nextCursor, asOf: cursorAt(2) }], pageParams: [null] };
}

const news: LiveEntry[] = [
  liveEvent(2, 'a', 'meta.__round__'),
  liveEvent(3, 'other', 'meta.__start__'),
  liveEvent(4, 'a', 'meta.__abort__'),
  liveRefusal(1, 4, 'a', 'meta.coder'),
];
const written = (timeline: Timeline) =>
  timeline.pages.flatMap(({ entries }) =>
    entries.map((entry) => (entry.type === 'event' ? entry.position : `r${entry.id}`)),
  );

test('the newest first grow at the front, by what is new of this key', () => {
  const timeline = applyToTimeline(makeTimeline([second, first]), { key: 'a', order: 'desc' }, news);
  expect(written(timeline)).toEqual(['r1', 4, 2, 1]);
});

test('the oldest first grow at the end', () => {
  expect(written(applyToTimeline(makeTimeline([first, second]), { key: 'a', order: 'asc' }, news))).toEqual([
    1,
    2,
    4,
    'r1',
  ]);
});

test('the end of a trail that is not read to its end is left to its pages', () => {
  const timeline = makeTimeline([first], cursorAt(1));
  expect(applyToTimeline(timeline, { key: 'a', order: 'asc' }, news)).toBe(timeline);
});

test('a trail that is not read to its newest end, or ends at a position, is left as it is', () => {
  const [page] = makeTimeline([second, first]).pages;
  const around = { pages: [{ ...page, previousCursor: '2' }], pageParams: [null] } as Timeline;
  expect(applyToTimeline(around, { key: 'a', order: 'desc' }, news)).toBe(around);
  const ended = makeTimeline([second, first]);
  expect(applyToTimeline(ended, { key: 'a', order: 'desc', until: 2 }, news)).toBe(ended);
});

test('of a filtered trail only what matches comes to it', () => {
  const filter = { kind: '*.__abort__' };
  const timeline = applyToTimeline(makeTimeline([]), { key: 'a', order: 'desc', filter }, news);
  expect(written(timeline)).toEqual([4]);
});

test('what was told before changes nothing', () => {
  const timeline = applyToTimeline(makeTimeline([second, first]), { key: 'a', order: 'desc' }, news);
  expect(applyToTimeline(timeline, { key: 'a', order: 'desc' }, news)).toBe(timeline);
});
