'use client';
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { WorkflowPage } from '../live/apply-to-list.ts';
import { countKeptPages, type PagePlace, placeBelow, topPlace } from '../live/page-place.ts';
import { usePageWindow } from '../live/use-page-window.ts';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { type ListParams, toListInput } from './list-params.ts';

/** Past the first screen more is read at once. */
const laterRows = 100;

/**
 * The list that the URL asks for. What is far from where one looks is let go of, unless `keepAll`. While a search is being
 * read the list before stays.
 */
export function useWorkflowList(params: ListParams, { keepAll = false } = {}) {
  const trpc = useTRPC();
  const input = toListInput(params);
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const status = JSON.stringify(input.status);
  const queryKey = trpc.workflow.list.infiniteQueryKey(input);
  const readPage = (place: PagePlace, signal?: AbortSignal): Promise<WorkflowPage> =>
    client.workflow.list.query(
      { ...input, limit: place.before ? laterRows : input.limit, cursor: place.cursor },
      { ...(signal && { signal }) },
    );
  const kept = queryClient.getQueryData<InfiniteData<WorkflowPage, PagePlace>>(queryKey);
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: topPlace,
    getNextPageParam: ({ nextCursor, items }, _pages, place) => placeBelow(place, nextCursor, items.length),
    getPreviousPageParam: (_page, _pages, place) => place.before,
    ...(!keepAll && { maxPages: countKeptPages(kept, countRows(kept)) }),
    placeholderData: (previous, query) => (readStatus(query?.queryKey) === status ? previous : undefined),
    structuralSharing: false, // The stream replaces only rows that change; to compare thousands takes longer than a frame.
  });
  const rows = usePageWindow(queryKey, list, readPage);
  return { ...list, rows: keepAll ? { ...rows, jumpTo: null } : rows };
}

const countRows = (list: InfiniteData<WorkflowPage> | undefined) =>
  list?.pages.reduce((sum, { items }) => sum + items.length, 0) ?? 0;

/** The statuses that a list's key asks for, as text. */
function readStatus(queryKey: readonly unknown[] | undefined): string | undefined {
  const options = queryKey?.[1] as { input?: { status?: unknown } } | undefined;
  return JSON.stringify(options?.input?.status);
}
