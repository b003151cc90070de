import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client';
import { leaveIfSignedOut } from '#components/access/leave-if-signed-out.ts';
import type { AppRouter } from '#server/trpc/router.ts';

export type PulseTrpcClient = TRPCClient<AppRouter>;

const url = '/api/trpc';

/** One request per call: an abort must not wait for a list that happens to share its batch. */
export function makeTrpcClient(): PulseTrpcClient {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: httpLink({ url, headers: { 'x-pulse-via': 'web' } }),
      }),
    ],
  });
}

/** The stream keeps what is cached true, so nothing goes stale by itself. A server on this machine is there without a network. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveIfSignedOut }),
    mutationCache: new MutationCache({ onError: leaveIfSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        networkMode: 'always',
        retry: (failures, error) => failures < 3 && isWorthRetrying(error),
      },
      mutations: { networkMode: 'always' },
    },
  });
}

function isWorthRetrying(error: unknown): boolean {
  const status = (error as { data?: { httpStatus?: number } | null }).data?.httpStatus;
  return status === undefined || status >= 500;
}
