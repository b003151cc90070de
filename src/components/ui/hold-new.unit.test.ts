import { expect, test } from 'vitest';
import { holdNew } from './hold-new.ts';

const same = (item: number) => item;

test('without an anchor everything is shown', () => {
  expect(holdNew([3, 2, 1], same, null)).toEqual({ shown: [3, 2, 1], held: 0 });
});

test('what is newer than the anchor waits', () => {
  expect(holdNew([5, 4, 3, 2], same, 3)).toEqual({ shown: [3, 2], held: 2 });
});

test('an anchor that has gone away leaves its place to the next', () => {
  expect(holdNew([5, 4, 2], same, 3)).toEqual({ shown: [2], held: 2 });
});

test('a list that holds nothing so old is shown whole', () => {
  expect(holdNew([5, 4], same, 3)).toEqual({ shown: [5, 4], held: 0 });
});
