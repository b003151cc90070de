'use client';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Pause, Play, ScrollText } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { PulseEvent } from '#domain/event.ts';
import { eventsQueryKey } from '../live/apply-to-cache.ts';
import { type EventLog, type EventsPage, missNewest, trimEvents } from '../live/apply-to-events.ts';
import { useConnectionState, useSeed } from '../live/live-provider.tsx';
import { useTRPCClient } from '../trpc/trpc.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import { NewButton } from '../ui/new-button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { StateMessage } from '../ui/state-message.tsx';
import { useHeldRows } from '../ui/use-held-rows.ts';
import { EventsFilters } from './events-filters.tsx';
import { EventsList } from './events-list.tsx';
import { type EventsParams, readEventsParams, toEventsFilter, toEventsHref } from './events-params.ts';
import { LinkedEvent } from './linked-event.tsx';
import { type EventSource, readEventsBefore } from './read-events.ts';

const mostEvents = 2_000;
const keptEvents = 500;

const positionOf = ({ position }: PulseEvent) => position;

/** The whole log as it is written, newest first. */
export function EventsView({ first }: { first: { params: EventsParams; page: EventsPage } | null }) {
  const client = useTRPCClient();
  const t = useTranslations('events');
  const say = useErrorMessage();
  const params = readEventsParams(useSearchParams());
  const { filter, problem } = toEventsFilter(params);
  const change = useCallback((next: Partial<EventsParams>) => {
    const now = readEventsParams(new URLSearchParams(window.location.search));
    window.history.replaceState(null, '', toEventsHref({ ...now, ...next }));
  }, []);
  const open = useCallback((position: number | null) => change({ open: position }), [change]);
  const isFiltered = Boolean(params.kind || params.key);
  const state = useConnectionState();
  const queryClient = useQueryClient();
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  useSeed(
    eventsQueryKey(first ? toEventsFilter(first.params).filter : {}),
    first && { pages: [first.page], pageParams: [null] },
  );
  const source: EventSource = {
    asOf: async () => (await client.workflow.list.query({ limit: 1 })).asOf,
    list: (input) => client.event.list.query(input),
  };
  const log = useInfiniteQuery({
    queryKey: eventsQueryKey(filter),
    queryFn: ({ pageParam }) => readEventsBefore(source, filter, pageParam),
    initialPageParam: null as number | null,
    getNextPageParam: ({ before }) => before,
    enabled: problem === null,
  });
  const events = useMemo(() => log.data?.pages.flatMap((page) => page.events) ?? [], [log.data]);
  const running = useHeldRows(events, {
    listId: toEventsHref({ ...params, open: null }),
    order: positionOf,
    enabled: pausedAt === null,
  });
  const shown = pausedAt === null ? running.shown : running.shown.filter(({ position }) => position <= pausedAt);
  const held = events.length - shown.length;
  const missed = log.data?.pages[0]?.missed ?? 0;
  const isHolding = pausedAt !== null || !running.isAtTop;
  const isGapInSight = missed > 0 && !isHolding;
  const waiting = isGapInSight ? 0 : held + missed;
  // A page that is open all day must not hold all that was written meanwhile, but keeps what one looks at.
  useEffect(() => {
    const queryKey = eventsQueryKey(filter);
    const keep = (change: (known: EventLog) => EventLog) =>
      queryClient.setQueryData(queryKey, (known?: EventLog) => known && change(known));
    if (isGapInSight) void queryClient.resetQueries({ queryKey, exact: true });
    else if (!isHolding && events.length > mostEvents) keep((known) => trimEvents(known, keptEvents));
    else if (isHolding && held > mostEvents) keep((known) => missNewest(known, held));
  });
  return (
    <>
      <PageHeader title={t('title')} about={t('about')}>
        <EventsFilters params={params} onChange={(fields) => change({ ...fields, open: null })} />
        <Button
          aria-pressed={pausedAt !== null}
          onClick={() => setPausedAt(pausedAt === null ? (events[0]?.position ?? 0) : null)}
        >
          {pausedAt === null ? <Pause aria-hidden /> : <Play aria-hidden />}
          {t(pausedAt === null ? 'pause' : 'goOn')}
        </Button>
      </PageHeader>
      {pausedAt !== null && (
        <p role="status" className="border-y bg-refused-soft px-4 py-1.5 text-refused lg:px-6">
          {waiting > 0 ? t('pausedNew', { count: waiting }) : t('paused')}
        </p>
      )}
      <NewButton held={pausedAt === null ? waiting : 0} onShow={running.showHeld} />
      {params.open !== null && !log.isPending && (
        <LinkedEvent position={params.open} events={events} onToggle={() => open(null)} />
      )}
      {problem ? (
        <p role="alert" className="mx-4 rounded bg-refused-soft px-3 py-2 text-refused lg:mx-6">
          {t(problem.what, { problem: problem.why })}
        </p>
      ) : log.isError && events.length === 0 ? (
        <div role="alert">
          <StateMessage
            icon={ScrollText}
            title={t('failed')}
            action={<Button onClick={() => void log.refetch()}>{t('retry')}</Button>}
          >
            {say(log.error)}
          </StateMessage>
        </div>
      ) : log.isPending || isGapInSight ? (
        <p role="status" className="breathe p-4 text-muted lg:px-6">
          {t('loading')}
        </p>
      ) : shown.length === 0 ? (
        <StateMessage icon={ScrollText} title={t(isFiltered ? 'none' : 'empty')}>
          {t('emptyAbout')}
        </StateMessage>
      ) : (
        <EventsList events={shown} stale={state === 'offline'} open={params.open} onOpen={open} />
      )}
      {log.hasNextPage && problem === null && (
        <div className="flex justify-center p-4">
          <Button disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t(log.isFetchingNextPage ? 'loadingOlder' : 'older')}
          </Button>
        </div>
      )}
    </>
  );
}
