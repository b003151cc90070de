import { expect, test } from 'vitest';
import { readListParams, toListHref, toListInput } from './list-params.ts';

const read = (query: string) => readListParams(new URLSearchParams(query));

test('a URL without a query is the active tab', () => {
  expect(read('')).toEqual({ tab: 'active', search: '' });
  expect(toListInput(read(''))).toEqual({ status: ['active'], limit: 50 });
});

test('all tabs and a search survive the way into the URL and back', () => {
  for (const tab of ['active', 'aborted', 'ended', 'all'] as const) {
    const params = { tab, search: 'fix & 修复' };
    expect(read(toListHref(params).slice(1))).toEqual(params);
  }
});

test('an unknown status is the active tab, and the tab of all asks for no status', () => {
  expect(read('status=nonsense').tab).toBe('active');
  expect(toListInput(read('status=all&search=%20x%20'))).toEqual({ search: 'x', limit: 50 });
});
