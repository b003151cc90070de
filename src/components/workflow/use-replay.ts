'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc/trpc.ts';

/** A workflow as it was at a position; what was shown before stays until it is read. */
export function useReplay(key: string, position: number | null) {
  const trpc = useTRPC();
  return useQuery(
    trpc.workflow.replay.queryOptions(
      { key, position: position ?? 1 },
      { enabled: position !== null, placeholderData: keepPreviousData },
    ),
  );
}
