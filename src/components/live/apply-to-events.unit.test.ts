import { expect, test } from 'vitest';
import { applyToEvents, type EventLog, missNewest, trimEvents } from './apply-to-events.ts';
import { cursorAt, liveEvent, makeEvent } from './testing.ts';

const eventAt = (position: number) => makeEvent(position, 'a', 'note.added');
const log: EventLog = {
  pages: [
    { events: [6, 5, 4].map(eventAt), before: 4, asOf: cursorAt(6) },
    { events: [3, 2].map(eventAt), before: 2, asOf: cursorAt(6) },
  ],
  pageParams: [null, 4],
};

test('a log that is trimmed is read on right below what it keeps, and followed from where it was', () => {
  const trimmed = trimEvents(log, 4);
  expect(trimmed.pages).toEqual([{ events: [6, 5, 4, 3].map(eventAt), before: 3, asOf: cursorAt(6) }]);
  const followed = applyToEvents(trimmed, {}, [liveEvent(6, 'a', 'note.added'), liveEvent(7, 'a', 'note.added')]);
  expect(followed.pages[0]?.events.map(({ position }) => position)).toEqual([7, 6, 5, 4, 3]);
});

test('a log that is short enough stays as it is', () => {
  expect(trimEvents(log, 5)).toBe(log);
  expect(trimEvents(log, 9)).toBe(log);
});

test('a log that lets go of what nobody has looked at counts it, and is followed on', () => {
  const missed = missNewest(missNewest(log, 2), 1);
  expect(missed.pages[0]).toEqual({ events: [], before: 4, asOf: cursorAt(6), missed: 3 });
  const followed = applyToEvents(missed, {}, [liveEvent(6, 'a', 'note.added'), liveEvent(7, 'a', 'note.added')]);
  expect(followed.pages.map((page) => page.events.map(({ position }) => position))).toEqual([[7], [3, 2]]);
  expect(followed.pages[0]?.missed).toBe(3);
});
