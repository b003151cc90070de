'use client';
import { useQuery } from '@tanstack/react-query';
import { abortNeedsReason, abortNeedsTwo, readLeastCharacters, readRequestedBy } from '#domain/abort-policy.ts';
import { control } from '#domain/kind.ts';
import { useViewer } from '../access/viewer.tsx';
import { useTRPC } from '../trpc/trpc.ts';

/** What an abort needs here, by the guards that are on. */
export interface AbortPolicy {
  /** So many characters the reason has at least; 0 where it may be left out. */
  leastCharacters: number;
  /** Whether the one who looks can only ask for the abort, which someone else then does. */
  mustRequest: boolean;
  /** The name of who has asked for it, where an abort needs two. */
  requestedBy: string | null;
}

/** Reads it anew for each dialog; the guards decide in any case. */
export function useAbortPolicy(key: string): AbortPolicy {
  const trpc = useTRPC();
  const viewer = useViewer();
  const guards = useQuery(trpc.guard.list.queryOptions(undefined, { staleTime: 0 }));
  const find = (name: string) => guards.data?.find((guard) => guard.name === name && guard.enabled);
  const [needsReason, needsTwo] = [find(abortNeedsReason.name), find(abortNeedsTwo.name)];
  const input = { name: abortNeedsTwo.name, key };
  const state = useQuery(trpc.guard.state.queryOptions(input, { staleTime: 0, enabled: needsTwo !== undefined }));
  const asked = { key, kind: `*.${control.abortRequest}` };
  const requests = useQuery(trpc.event.list.queryOptions(asked, { staleTime: 0, enabled: needsTwo !== undefined }));
  const requestedBy = readRequestedBy(state.data?.state ?? null);
  const request = requests.data?.events.find(({ actor }) => actor.id === requestedBy);
  return {
    leastCharacters: needsReason ? (readLeastCharacters(needsReason) ?? 1) : 0,
    mustRequest: needsTwo !== undefined && (requestedBy === null || requestedBy === viewer?.id),
    requestedBy: requestedBy && (request?.actor.name ?? 'Someone'),
  };
}
