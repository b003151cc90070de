import { limits } from '#domain/limits.ts';
import type { Status } from '#domain/workflow.ts';

/** What the list's URL says. */
export interface ListParams {
  tab: Tab;
  search: string;
}

export const tabs = ['active', 'aborted', 'ended', 'all'] as const;
export type Tab = (typeof tabs)[number];

/** Reads the URL's query; what it does not understand it takes for the default. */
export function readListParams(query: { get(name: string): string | null }): ListParams {
  const tab = tabs.find((name) => name === query.get('status')) ?? 'active';
  return { tab, search: (query.get('search') ?? '').slice(0, limits.searchCharacters) };
}

/** Writes the URL of a list. */
export function toListHref({ tab, search }: ListParams): string {
  const query = new URLSearchParams({ ...(tab !== 'active' && { status: tab }), ...(search && { search }) }).toString();
  return query ? `/?${query}` : '/';
}

/** The input of `workflow.list` that the URL stands for. */
export function toListInput({ tab, search }: ListParams): { status?: Status[]; search?: string; limit: number } {
  const wanted = search.trim();
  return { ...(tab !== 'all' && { status: [tab] }), ...(wanted && { search: wanted }), limit: 50 };
}
