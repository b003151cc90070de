'use client';
import { ArrowDownWideNarrow, ArrowUpNarrowWide } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { useConnection } from '../live/live-provider.tsx';
import { readError } from '../trpc/errors.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { cn } from '../ui/class-names.ts';
import { NewButton } from '../ui/new-button.tsx';
import { useHeldRows } from '../ui/use-held-rows.ts';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { toWorkflowHref } from './href.ts';
import { TrailEntry } from './trail-entry.tsx';
import type { Order } from './trail-params.ts';
import { useTrail } from './use-trail.ts';

const idOf = (entry: TimelineEntry) => (entry.type === 'event' ? `e${entry.position}` : `r${entry.id}`);
const placeOf = (entry: TimelineEntry) => (entry.type === 'event' ? entry.position : entry.afterPosition + 0.5);

/** A workflow's audit trail: events and refusals, growing as they are written. */
export function Trail({ workflowKey, order }: { workflowKey: string; order: Order }) {
  const trail = useTrail(workflowKey, order);
  const { state } = useConnection();
  const entries = useMemo(() => trail.data?.pages.flatMap((page) => page.entries) ?? [], [trail.data]);
  const { shown, held, showHeld } = useHeldRows(entries, { listId: order, order: placeOf, enabled: order === 'desc' });
  return (
    <section aria-label="Trail">
      <header className="flex items-center gap-3 border-b px-4 pt-4 pb-2 lg:px-6">
        <h2 className="text-base font-semibold">Trail</h2>
        <OrderLink workflowKey={workflowKey} order={order} />
      </header>
      <NewButton held={held} onShow={showHeld} />
      {trail.isError && entries.length === 0 ? (
        <div role="alert" className="flex flex-col items-start gap-3 p-4 lg:px-6">
          <p>{readError(trail.error).message}</p>
          <Button onClick={() => void trail.refetch()}>Try again</Button>
        </div>
      ) : trail.isPending ? (
        <p role="status" className="breathe p-4 text-muted lg:px-6">
          Reading the trail…
        </p>
      ) : (
        <Entries key={order} entries={shown} order={order} trail={trail} stale={state === 'offline'} />
      )}
    </section>
  );
}

function OrderLink({ workflowKey, order }: { workflowKey: string; order: Order }) {
  const Icon = order === 'desc' ? ArrowDownWideNarrow : ArrowUpNarrowWide;
  const href = `${toWorkflowHref(workflowKey)}${order === 'desc' ? '?order=asc' : ''}`;
  return (
    <a
      href={href}
      title={order === 'desc' ? 'Show the oldest first' : 'Show the newest first'}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        window.history.replaceState(null, '', href);
      }}
      className={buttonClasses('quiet', 'ml-auto h-7 px-2 text-xs')}
    >
      <Icon aria-hidden />
      {order === 'desc' ? 'Newest first' : 'Oldest first'}
    </a>
  );
}

function Entries({
  entries,
  order,
  trail,
  stale,
}: {
  entries: readonly TimelineEntry[];
  order: Order;
  trail: ReturnType<typeof useTrail>;
  stale: boolean;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string) => setOpened((known) => toggled(known, id)), []);
  const rows = useVirtualRows({
    count: entries.length,
    estimatePx: 58,
    getKey: (index) => idOf(entries[index] as TimelineEntry),
    ref,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = trail;
  useEffect(() => {
    const isNear = last >= entries.length - 40;
    if (isNear && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [last, entries.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return (
    <>
      <div
        ref={ref}
        role="feed"
        aria-label="Entries"
        className={cn('relative', stale && 'grayscale')}
        style={{ height: rows.getTotalSize() }}
      >
        {items.map(({ index, key, start }) => {
          const entry = entries[index];
          if (!entry) return null;
          return (
            <div
              key={key}
              data-index={index}
              ref={rows.measureElement}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
            >
              <TrailEntry
                id={idOf(entry)}
                entry={entry}
                gapMs={measureGap(entry, entries[order === 'desc' ? index + 1 : index - 1])}
                open={opened.has(idOf(entry))}
                onToggle={toggle}
              />
            </div>
          );
        })}
      </div>
      {hasNextPage && (
        <div className="flex justify-center p-4">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Loading…' : isFetchNextPageError ? 'Loading failed. Try again' : 'Load more'}
          </Button>
        </div>
      )}
    </>
  );
}

function measureGap(entry: TimelineEntry, before: TimelineEntry | undefined): number | null {
  return before ? Date.parse(entry.occurredAt) - Date.parse(before.occurredAt) : null;
}

function toggled(known: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(known);
  if (!next.delete(id)) next.add(id);
  return next;
}
