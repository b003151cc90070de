'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { roundsPerPage } from './rounds-page.ts';

/** A workflow's rounds, page by page backwards; the latest are kept true by the stream. */
export function useRounds(key: string) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const input = { key, limit: roundsPerPage };
  return useInfiniteQuery({
    queryKey: toRoundsKey(trpc, key),
    queryFn: ({ pageParam, signal }) => client.workflow.rounds.query({ ...input, before: pageParam }, { signal }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ before }) => before,
  });
}

/** The key under which rounds are cached, and by which the stream finds them. */
export function toRoundsKey(trpc: ReturnType<typeof useTRPC>, key: string) {
  const [path] = trpc.workflow.timeline.infiniteQueryKey();
  return [[path[0], 'rounds'], { input: { key, limit: roundsPerPage }, type: 'infinite' }] as const;
}
