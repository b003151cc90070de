import { expect, test } from 'vitest';
import type { TimelineEntry } from '#domain/event.ts';
import { liveEvent, liveRefusal } from '../live/testing.ts';
import { groupRounds, type TrailRow } from './group-rounds.ts';

const entries: TimelineEntry[] = [
  liveEvent(1, 'a', 'meta.__start__'),
  liveEvent(2, 'a', 'meta.__round__', { round: 1, role: 'coder' }),
  liveEvent(3, 'a', 'meta.note'),
  liveRefusal(1, 3, 'a', 'meta.coder'),
  liveEvent(4, 'a', 'meta.coder', { round: 1 }),
  liveEvent(5, 'a', 'meta.note'),
  liveEvent(6, 'a', 'meta.__round__', { round: 2, role: 'tester' }),
  liveEvent(7, 'a', 'meta.__abort__'),
  liveEvent(8, 'a', 'meta.__stopped__', { round: 2, role: 'tester' }),
].map(({ entry }) => entry);

const say = (row: TrailRow) =>
  row.type === 'entry' ? row.id : `${row.round} ${row.role}: ${row.entries.map((entry) => entry.kind).join(' ')}`;

const rows = [
  'e1',
  '1 coder: meta.__round__ meta.note meta.coder',
  'r1',
  'e5',
  '2 tester: meta.__round__ meta.__stopped__',
  'e7',
];

test('a round is one row; a refusal, an abort and what is outside of rounds have their own', () => {
  expect(groupRounds(entries, 'asc').map(say)).toEqual(rows);
  expect(groupRounds(entries.toReversed(), 'desc').map(say)).toEqual(rows.toReversed());
});

test('a round whose start is not loaded is shown as its entries', () => {
  expect(groupRounds(entries.slice(3, 6), 'asc').map(say)).toEqual(['r1', 'e4', 'e5']);
});
