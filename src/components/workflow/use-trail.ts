'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { type Order, toTrailInput } from './trail-params.ts';

/** A workflow's trail, page by page, kept true by the stream. */
export function useTrail(key: string, order: Order, { limit = 200, enabled = true } = {}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const input = { ...toTrailInput(key, order), limit };
  return useInfiniteQuery({
    queryKey: trpc.workflow.timeline.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) => client.workflow.timeline.query({ ...input, cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled,
  });
}
