'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Round } from '#domain/round.ts';
import type { Workflow } from '#domain/workflow.ts';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { roundsPerPage } from './rounds-page.ts';

/** A workflow's rounds, page by page backwards; the latest are kept true by the stream. */
export function useRounds(key: string, { enabled = true } = {}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const input = { key, limit: roundsPerPage };
  return useInfiniteQuery({
    queryKey: toRoundsKey(trpc, key),
    queryFn: ({ pageParam, signal }) => client.workflow.rounds.query({ ...input, before: pageParam }, { signal }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ before }) => before,
    enabled,
  });
}

/** The round that a workflow's role runs. **Shape** undefined where none does, and until it is read. */
export function useOpenRound({ key, round, role }: Workflow): Round | undefined {
  const { data } = useRounds(key, { enabled: role !== null });
  return data?.pages[0]?.rounds.findLast((known) => known.round === round && known.endedAt === null);
}

/** The key under which rounds are cached, and by which the stream finds them. */
export function toRoundsKey(trpc: ReturnType<typeof useTRPC>, key: string) {
  const [path] = trpc.workflow.timeline.infiniteQueryKey();
  return [[path[0], 'rounds'], { input: { key, limit: roundsPerPage }, type: 'infinite' }] as const;
}
