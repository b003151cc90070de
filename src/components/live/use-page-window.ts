'use client';
import { type InfiniteData, type UseInfiniteQueryResult, useQueryClient } from '@tanstack/react-query';
import type { RowWindow } from '../ui/use-read-around.ts';
import { useLive } from './live-provider.tsx';
import { findPlace, type PagePlace } from './page-place.ts';

/** What an infinite query by places keeps of a list, and how it moves along with who looks at it. */
export function usePageWindow<Page, Place extends PagePlace>(
  queryKey: readonly unknown[],
  query: UseInfiniteQueryResult<InfiniteData<Page>>,
  readPage: (place: Place) => Promise<Page>,
): RowWindow {
  const client = useQueryClient();
  const live = useLive();
  const top = query.data?.pageParams[0] as Place | undefined;
  return {
    above: top?.above ?? 0,
    hasNext: query.hasNextPage,
    hasPrevious: (top?.before ?? null) !== null,
    isHalted:
      query.isFetching || query.isPlaceholderData || query.isFetchNextPageError || query.isFetchPreviousPageError,
    readNext: () => void query.fetchNextPage(),
    readPrevious: () => void query.fetchPreviousPage(),
    jumpTo: async (row) => {
      const place = top && findPlace(top, row);
      if (!place) return;
      const page = await readPage(place);
      await client.cancelQueries({ queryKey, exact: true });
      client.setQueryData<InfiniteData<Page, Place>>(queryKey, { pages: [page], pageParams: [place] });
      live.catchUp(queryKey);
    },
  };
}
