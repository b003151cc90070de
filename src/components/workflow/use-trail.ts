'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { findFirstPlace, readTrail } from './read-trail.ts';
import type { TrailInput } from './trail-params.ts';

/** A workflow's trail, page by page in both directions, kept true by the stream. */
export function useTrail(input: TrailInput, { enabled = true } = {}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  return useInfiniteQuery({
    queryKey: toTrailKey(trpc, input),
    queryFn: ({ pageParam, signal }) =>
      readTrail((asked) => client.workflow.timeline.query(asked, { signal }), input, pageParam),
    initialPageParam: findFirstPlace(input),
    getNextPageParam: ({ nextCursor }) => (nextCursor === null ? null : { cursor: nextCursor, back: false }),
    getPreviousPageParam: ({ previousCursor }) =>
      previousCursor === null ? null : { cursor: previousCursor, back: true },
    structuralSharing: false, // Entries never change; to compare fifty thousand of them takes longer than a frame.
    enabled,
  });
}

/** The key under which a trail is cached, and by which the stream finds it. */
export function toTrailKey(trpc: ReturnType<typeof useTRPC>, input: TrailInput) {
  const [path] = trpc.workflow.timeline.infiniteQueryKey();
  return [path, { input, type: 'infinite' }] as const;
}
