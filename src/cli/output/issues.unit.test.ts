import { expect, test } from 'vitest';
import { listIssues } from './issues.ts';

const makeIssues = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ path: `steps[${index}].role`, message: 'is missing' }));

test('each issue is a line, whatever is in it', () => {
  expect(listIssues([{ path: '', message: 'is\nwrong' }, ...makeIssues(1)])).toEqual([
    'is wrong',
    'steps[0].role: is missing',
  ]);
});

test('of many the first ten, and how many more there are', () => {
  expect(listIssues(makeIssues(10))).toHaveLength(10);
  expect(listIssues(makeIssues(98)).slice(9)).toEqual(['steps[9].role: is missing', 'and 88 more']);
});
