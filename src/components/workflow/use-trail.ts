'use client';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { countKeptPages, keptRows, placeBelow } from '../live/page-place.ts';
import { usePageWindow } from '../live/use-page-window.ts';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { groupRounds } from './group-rounds.ts';
import { findFirstPlace, joinPages, keepSome, readTrail, type Trail, type TrailPlace } from './read-trail.ts';
import type { Order, TrailInput } from './trail-params.ts';

/**
 * A workflow's trail, page by page in both directions, kept true by the stream. What is far from where one looks is let go of;
 * with `byRound` a round is one row, however much it holds.
 */
export function useTrail(input: TrailInput, { enabled = true, byRound = false } = {}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const queryKey = toTrailKey(trpc, input);
  const readPage = (place: TrailPlace, signal?: AbortSignal) =>
    readTrail((asked) => client.workflow.timeline.query(asked, { ...(signal && { signal }) }), input, place);
  const kept = queryClient.getQueryData<Trail>(queryKey);
  const rowCount = useMemo(() => countRows(kept, byRound ? input.order : null), [kept, byRound, input.order]);
  const trail = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: findFirstPlace(input),
    getNextPageParam: ({ nextCursor, entries }, _pages, place) => {
      const below = placeBelow(place, nextCursor, entries.length);
      return below && { ...below, back: false };
    },
    getPreviousPageParam: ({ previousCursor }, _pages, { before }) =>
      before ?? (previousCursor === null ? null : { cursor: previousCursor, back: true, above: 0, before: null }),
    maxPages: countKeptPages(kept, rowCount),
    structuralSharing: false, // Entries never change; to compare fifty thousand of them takes longer than a frame.
    enabled,
  });
  /** A trail may be watched for days: once it has grown far, only what is around the entry that is looked at is kept. */
  const trimAround = (seen: TimelineEntry) => {
    const known = rowCount > 2 * keptRows ? queryClient.getQueryData<Trail>(queryKey) : undefined;
    if (!known) return;
    const at = joinPages(known.pages).indexOf(seen);
    if (at !== -1) queryClient.setQueryData(queryKey, keepSome(known, input, at - keptRows / 2, at + keptRows / 2));
  };
  return { ...trail, rows: usePageWindow(queryKey, trail, readPage), trimAround };
}

/** The pages of a trail for who looks only at its newest entries: of those that come while it is watched, few are kept. */
export function useTrailEnd(input: TrailInput & { order: 'desc' }, options?: { enabled?: boolean }) {
  const { data, trimAround } = useTrail(input, options);
  useEffect(() => {
    const newest = data?.pages[0]?.entries[0];
    if (newest) trimAround(newest);
  });
  return data?.pages;
}

/** How many rows a trail makes: one an entry, or one a round where the order of its entries is given. */
function countRows(trail: Trail | undefined, order: Order | null): number {
  if (!trail) return 0;
  if (order !== null) return groupRounds(joinPages(trail.pages), order).length;
  return trail.pages.reduce((sum, { entries }) => sum + entries.length, 0);
}

/** The key under which a trail is cached, and by which the stream finds it. */
export function toTrailKey(trpc: ReturnType<typeof useTRPC>, input: TrailInput) {
  const [path] = trpc.workflow.timeline.infiniteQueryKey();
  return [path, { input, type: 'infinite' }] as const;
}
