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

/** What grows with the log, by the beginning of its key: only who shows it lets go of what is far away. */
const growing = [
  ['workflow', 'timeline'],
  ['event', 'log'],
] as const;
/** So long it is kept, and kept true, once nobody shows it. */
const growingGcMs = 30_000;

/** The stream keeps what is cached true, so nothing goes stale by itself. A server on this machine is there without a network. */
export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
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
  // A server's client lives as long as its page is written, and needs no timers.
  if (typeof document !== 'undefined')
    for (const path of growing) client.setQueryDefaults([path], { gcTime: growingGcMs });
  return client;
}

function isWorthRetrying(error: unknown): boolean {
  const status = (error as { data?: { httpStatus?: number } | null }).data?.httpStatus;
  return status === undefined || status >= 500;
}
