import { expect, test } from 'vitest';
import { limits } from '#domain/limits.ts';
import { applyToCounts, type Counts } from './apply-to-counts.ts';
import { at, cursorAt, liveEvent, makeWorkflow } from './testing.ts';

const counts = (change: Partial<Counts> = {}): Counts => ({
  active: 2,
  aborted: 0,
  ended: 0,
  all: 2,
  asOf: cursorAt(10),
  ...change,
});
const unknown = () => undefined;

test('a start, an abort and an end each change the numbers, once', () => {
  const entries = [
    liveEvent(10, 'a', 'meta.__start__'), // Counted already.
    liveEvent(11, 'b', 'meta.__start__'),
    liveEvent(12, 'a', 'meta.__abort__'),
    liveEvent(13, 'b', 'meta.__end__'),
    liveEvent(14, 'c', 'meta.note'),
  ];
  const applied = applyToCounts(counts(), {}, entries, unknown);
  expect(applied).toEqual({
    counts: counts({ active: 1, aborted: 1, ended: 1, all: 3, asOf: cursorAt(13) }),
    uncertain: false,
  });
  expect(applyToCounts(applied.counts, {}, entries, unknown).counts).toBe(applied.counts);
});

test('only what the filter takes is counted', () => {
  const entries = [liveEvent(11, 'b', 'meta.__start__'), liveEvent(12, 'c', 'other.__start__')];
  expect(applyToCounts(counts(), { name: 'other' }, entries, unknown).counts).toMatchObject({ active: 3, all: 3 });
  const abort = [liveEvent(13, 'b', 'meta.__abort__')];
  const filter = { startedAfter: at(5) };
  expect(applyToCounts(counts(), filter, abort, () => makeWorkflow(4, 'b')).counts).toMatchObject({ active: 2 });
  expect(applyToCounts(counts(), filter, abort, () => makeWorkflow(6, 'b')).counts).toMatchObject({ active: 1 });
  expect(applyToCounts(counts(), filter, abort, unknown)).toMatchObject({ counts: { active: 2 }, uncertain: true });
});

test('a number that is too large to be exact stays so, and is uncertain once it shrinks', () => {
  const many = counts({ active: limits.counted, all: limits.counted });
  const start = [liveEvent(11, 'b', 'meta.__start__')];
  expect(applyToCounts(many, {}, start, unknown)).toMatchObject({ counts: { all: limits.counted }, uncertain: false });
  const end = [liveEvent(11, 'a', 'meta.__end__')];
  expect(applyToCounts(many, {}, end, unknown)).toMatchObject({
    counts: { active: limits.counted, ended: 1 },
    uncertain: true,
  });
});
