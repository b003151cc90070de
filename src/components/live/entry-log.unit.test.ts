import { createTranslator } from 'next-intl';
import { expect, test } from 'vitest';
import { messages } from '#messages/messages.ts';
import { announce } from './announcements.ts';
import { laterOf } from './entry.ts';
import { createEntryLog } from './entry-log.ts';
import { cursorAt, liveEvent, liveRefusal } from './testing.ts';

const cursors = (entries: { cursor: string }[] | undefined) => entries?.map(({ cursor }) => cursor);

test('gives what a snapshot lacks', () => {
  const log = createEntryLog(cursorAt(10));
  log.add([liveEvent(11, 'a', 'meta.x'), liveRefusal(1, 11, 'a', 'meta.y'), liveEvent(12, 'a', 'meta.z')]);
  expect(cursors(log.since(cursorAt(11)))).toEqual([cursorAt(11, 1), cursorAt(12)]);
  expect(log.since(cursorAt(12, 1))).toEqual([]);
});

test('says so when a snapshot is older than all it keeps, or of another log', () => {
  const log = createEntryLog(cursorAt(10), { maxEntries: 4 });
  expect(log.since(cursorAt(9))).toBeUndefined();
  expect(log.since('other567-10-0')).toBeUndefined();
  log.add([11, 12, 13, 14, 15].map((position) => liveEvent(position, 'a', 'meta.x')));
  expect(log.since(cursorAt(10))).toBeUndefined();
  expect(cursors(log.since(cursorAt(13)))).toEqual([cursorAt(14), cursorAt(15)]);
});

test('of two cursors the one that covers the other is the later', () => {
  expect(laterOf(cursorAt(5, 1), cursorAt(4, 1))).toBe(cursorAt(5, 1));
  expect(laterOf(cursorAt(5, 1), cursorAt(5, 2))).toBe(cursorAt(5, 2));
});

test('status changes are told by name, many of them by their number', () => {
  const t = createTranslator({ locale: 'en', messages: messages.en, namespace: 'shell.announce' });
  const entries = ['a', 'b', 'c', 'd'].map((key, index) => liveEvent(index + 1, key, 'meta.__abort__').entry);
  expect(announce(t, entries.slice(0, 2))).toBe('a aborted by Ana, b aborted by Ana');
  expect(announce(t, entries)).toBe('4 workflows changed their status');
  expect(announce(t, [liveEvent(1, 'a', 'meta.note').entry, liveRefusal(1, 1, 'a', 'meta.__abort__').entry])).toBe('');
});
