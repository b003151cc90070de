'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc/trpc.ts';

const pollMs = 5_000;

/** The workers. That one lives is no event, so this asks again and again as long as it is shown. */
export function useAdapters() {
  return useQuery(useTRPC().adapter.list.queryOptions(undefined, { refetchInterval: pollMs }));
}
