'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { type ListParams, toListInput } from './list-params.ts';

/** The list that the URL asks for. While a search is being read the one before stays. */
export function useWorkflowList(params: ListParams) {
  const trpc = useTRPC();
  const input = toListInput(params);
  const client = useTRPCClient();
  const status = JSON.stringify(input.status);
  const list = useInfiniteQuery({
    queryKey: trpc.workflow.list.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) => client.workflow.list.query({ ...input, cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (previous, query) => (readStatus(query?.queryKey) === status ? previous : undefined),
  });
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const readMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return { ...list, readMore };
}

/** The statuses that a list's key asks for, as text. */
function readStatus(queryKey: readonly unknown[] | undefined): string | undefined {
  const options = queryKey?.[1] as { input?: { status?: unknown } } | undefined;
  return JSON.stringify(options?.input?.status);
}
