import { Key } from '#domain/event.ts';
import { limits } from '#domain/limits.ts';
import type { Status } from '#domain/workflow.ts';
import type { ListFilter, ListInput } from '../live/apply-to-list.ts';

/** What the list's URL says. */
export interface ListParams {
  tab: Tab;
  search: string;
  /** The definition's name; empty for any. */
  name: string;
  /** The name of who started it; empty for anyone. */
  by: string;
  /** The key of the workflow that has started them; empty for any, or none. */
  parent: string;
  /** Moments in ISO 8601 between which it began; empty for any time. */
  after: string;
  before: string;
  /** By start: the newest first, or the oldest. */
  order: 'desc' | 'asc';
}

export const tabs = ['active', 'aborted', 'ended', 'all'] as const;
export type Tab = (typeof tabs)[number];

/** A list without search or filters. */
export const plainList: ListParams = {
  tab: 'active',
  search: '',
  name: '',
  by: '',
  parent: '',
  after: '',
  before: '',
  order: 'desc',
};

/** Reads the URL's query; what it does not understand it takes for the default. */
export function readListParams(query: { get(name: string): string | null }): ListParams {
  const readText = (name: string, most: number) => (query.get(name) ?? '').slice(0, most);
  return {
    tab: tabs.find((name) => name === query.get('status')) ?? 'active',
    search: readText('search', limits.searchCharacters),
    name: readText('name', limits.kindCharacters),
    by: readText('by', limits.searchCharacters),
    parent: Key.safeParse(query.get('parent')).data ?? '',
    after: readMoment(query.get('after')),
    before: readMoment(query.get('before')),
    order: query.get('order') === 'asc' ? 'asc' : 'desc',
  };
}

function readMoment(text: string | null): string {
  const ms = Date.parse(text ?? '');
  const year = new Date(ms).getUTCFullYear();
  return year >= 1 && year <= 9_999 ? new Date(ms).toISOString() : '';
}

/** Writes the URL of a list. */
export function toListHref({ tab, order, ...texts }: ListParams): string {
  const given = Object.entries(texts).filter(([, text]) => text !== '');
  if (tab !== plainList.tab) given.unshift(['status', tab]);
  if (order !== plainList.order) given.push(['order', order]);
  const query = new URLSearchParams(given).toString();
  return query ? `/?${query}` : '/';
}

/** Which workflows the URL stands for, as `workflow.list` and `workflow.abortMany` take them. */
export function toListFilter({ tab, search, name, by, parent, after, before }: ListParams): ListFilter {
  const wanted = search.trim();
  return {
    ...(tab !== 'all' && { status: [tab] as Status[] }),
    ...(wanted && { search: wanted }),
    ...(name && { name }),
    ...(by && { startedBy: by }),
    ...(parent && { parent }),
    ...(after && { startedAfter: after }),
    ...(before && { startedBefore: before }),
  };
}

/** The input of `workflow.list` that the URL stands for. */
export function toListInput(params: ListParams): ListInput & { limit: number } {
  return { ...toListFilter(params), ...(params.order === 'asc' && { order: params.order }), limit: 50 };
}

/** The input of `workflow.count` for the list's tabs; null where these can't be counted: past a search, of one person or of one parent. */
export function toCountInput({ search, by, parent, name, after, before }: ListParams) {
  if (search.trim() || by || parent) return null;
  return { ...(name && { name }), ...(after && { startedAfter: after }), ...(before && { startedBefore: before }) };
}

/** The same list without its filters; what is searched for stays. */
export function withoutFilters({ tab, search, order }: ListParams): ListParams {
  return { ...plainList, tab, search, order };
}

/** How many filters are set. */
export function countFilters({ name, by, parent, after, before }: ListParams): number {
  return [name, by, parent, after || before].filter(Boolean).length;
}
