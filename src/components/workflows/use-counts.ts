'use client';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc/trpc.ts';
import { type ListParams, toCountInput } from './list-params.ts';

/** How many workflows each tab holds, kept true by the stream; undefined where that is not counted. */
export function useCounts(params: ListParams) {
  const trpc = useTRPC();
  const input = toCountInput(params);
  const { data } = useQuery(
    trpc.workflow.count.queryOptions(input ?? skipToken, { placeholderData: keepPreviousData }),
  );
  return input === null ? undefined : data;
}
