'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Status, Workflow } from '#domain/workflow.ts';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { toChildrenInput } from './children-input.ts';

/** What a role of a workflow has started, newest first, live: the first `limit`, and whether there are more. */
export function useChildren(parent: string, limit: number, status?: Status[]): { children: Workflow[]; more: boolean } {
  const client = useTRPCClient();
  const input = { ...toChildrenInput(parent, limit), ...(status && { status }) };
  const { data } = useInfiniteQuery({
    queryKey: useTRPC().workflow.list.infiniteQueryKey(input),
    queryFn: ({ signal }) => client.workflow.list.query(input, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: () => null,
  });
  const children = data?.pages.flatMap(({ items }) => items) ?? [];
  return { children, more: data?.pages.at(-1)?.nextCursor != null };
}
