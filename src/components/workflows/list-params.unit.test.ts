import { expect, test } from 'vitest';
import {
  plainList,
  readListParams,
  toCountInput,
  toListFilter,
  toListHref,
  toListInput,
  withoutFilters,
} from './list-params.ts';

const read = (query: string) => readListParams(new URLSearchParams(query));

test('a URL without a query is the active tab', () => {
  expect(read('')).toEqual(plainList);
  expect(toListInput(read(''))).toEqual({ status: ['active'], limit: 50 });
});

test('tabs, search and filters survive the way into the URL and back', () => {
  for (const tab of ['active', 'aborted', 'ended', 'all'] as const) {
    const params = {
      tab,
      order: 'asc' as const,
      search: 'fix & 修复',
      name: 'meta',
      by: 'Ana = Ben',
      parent: '上级/1',
      after: '2026-03-01T10:00:00.000Z',
      before: '2026-03-02T10:00:00.000Z',
    };
    expect(read(toListHref(params).slice(1))).toEqual(params);
    expect(toListFilter(params)).toEqual({
      ...(tab !== 'all' && { status: [tab] }),
      search: params.search,
      name: params.name,
      startedBy: params.by,
      parent: params.parent,
      startedAfter: params.after,
      startedBefore: params.before,
    });
    expect(toListInput(params)).toEqual({ ...toListFilter(params), order: 'asc', limit: 50 });
  }
});

test('what the URL says wrongly is the default', () => {
  expect(read('status=nonsense&order=up&parent=%00&after=yesterday&before=%2B275000-01-01T00:00:00Z')).toEqual(
    plainList,
  );
  expect(toListInput(read('status=all&search=%20x%20'))).toEqual({ search: 'x', limit: 50 });
});

test('without its filters a list keeps its tab, its search and its order', () => {
  const params = read('status=ended&search=x&name=meta&by=Ana&parent=p&after=2026-03-01T10:00:00Z&order=asc');
  expect(withoutFilters(params)).toEqual({ ...plainList, tab: 'ended', search: 'x', order: 'asc' });
});

test('what a search or a person finds is not counted', () => {
  expect(toCountInput(read('status=ended&name=meta'))).toEqual({ name: 'meta' });
  expect(toCountInput(read('search=x'))).toBeNull();
  expect(toCountInput(read('by=Ana'))).toBeNull();
  expect(toCountInput(read('parent=p'))).toBeNull();
});
