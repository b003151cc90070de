'use client';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { useConnectionState } from '../live/live-provider.tsx';
import { Button } from '../ui/button.tsx';
import { useOpened } from '../ui/use-opened.ts';
import { useReadAround } from '../ui/use-read-around.ts';
import { useRowFocus } from '../ui/use-row-focus.ts';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { groupRounds, type TrailRow, toRows } from './group-rounds.ts';
import { idOf } from './read-trail.ts';
import { TrailEntry } from './trail-entry.tsx';
import type { Order, TrailView } from './trail-params.ts';
import { TrailRaw } from './trail-raw.tsx';
import { TrailRound } from './trail-round.tsx';
import type { useTrail } from './use-trail.ts';

const estimatesPx = { full: 54, compact: 33, raw: 240 };

/** The rows of a trail, of which only those in sight exist in the page. */
export function TrailRows({
  entries,
  isFiltered,
  view: { order, mode, entry: openEntry },
  onChange,
  trail,
  keepPlace,
  target,
}: {
  entries: readonly TimelineEntry[];
  /** Whether there may be more in the trail than is looked for. */
  isFiltered: boolean;
  view: TrailView;
  onChange: (change: Partial<TrailView>) => void;
  trail: ReturnType<typeof useTrail>;
  /** What is in sight stays where it is. */
  keepPlace: boolean;
  target: { id: string; times: number } | null;
}) {
  const t = useTranslations('workflow.trail');
  const ref = useRef<HTMLDivElement>(null);
  const state = useConnectionState();
  const nameOpen = useCallback((id: string | null) => onChange({ entry: id && toEntryId(id) }), [onChange]);
  const { opened, toggle, open } = useOpened(openEntry, nameOpen);
  const rows = useMemo(
    () => (mode === 'compact' ? openRounds(groupRounds(entries, order), opened, order) : toRows(entries)),
    [entries, mode, order, opened],
  );
  const getKey = useCallback((index: number) => rows[index]?.id ?? '', [rows]);
  const virtual = useVirtualRows({
    count: rows.length,
    estimatePx: estimatesPx[mode],
    getKey,
    ref,
    above: trail.rows.above,
    keepPlace,
    serverRows: 14,
  });
  const items = virtual.getVirtualItems();
  useReadAround(virtual, trail.rows);
  const seen = rows[items[Math.floor(items.length / 2)]?.index ?? 0];
  useEffect(() => {
    const entry = seen?.type === 'round' ? seen.entries[0] : seen?.entry;
    if (entry) trail.trimAround(entry);
  });
  useTarget(target, rows, virtual, ref, open);
  useRowFocus(ref);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = trail;
  return (
    <>
      {trail.hasPreviousPage && (!trail.rows.hasPrevious || trail.isFetchPreviousPageError) && (
        <Previous trail={trail} order={order} />
      )}
      <div
        ref={ref}
        role="feed"
        aria-label={t('label')}
        aria-busy={isFetchingNextPage}
        className={clsx('relative', state === 'offline' && 'grayscale')}
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
            >
              {row.type === 'round' ? (
                <TrailRound row={row} open={opened.has(row.id)} onToggle={toggle} />
              ) : mode === 'raw' ? (
                <TrailRaw entry={row.entry} />
              ) : (
                <TrailEntry
                  entry={row.entry}
                  gapMs={measureGap(row.entry, rows[order === 'desc' ? index + 1 : index - 1])}
                  open={opened.has(idOf(row.entry))}
                  onToggle={toggle}
                />
              )}
            </div>
          );
        })}
      </div>
      {hasNextPage ? (
        <div className="flex justify-center p-4">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t(isFetchingNextPage ? 'loadingMore' : isFetchNextPageError ? 'failedMore' : 'more')}
          </Button>
        </div>
      ) : (
        !trail.hasPreviousPage && (
          <p className="p-4 text-center text-xs text-muted">
            {t(isFiltered ? 'endFiltered' : 'end', { count: entries.length })}
          </p>
        )
      )}
    </>
  );
}

/** A round stands in the address as its first entry. */
const toEntryId = (id: string) => id.replace(/^round-/, '');

/** What is newer, or older, than the entry at which the trail was opened. */
function Previous({
  trail: { fetchPreviousPage, isFetchingPreviousPage, isFetchPreviousPageError },
  order,
}: {
  trail: ReturnType<typeof useTrail>;
  order: Order;
}) {
  const t = useTranslations('workflow.trail');
  const word = isFetchPreviousPageError ? 'failedMore' : order === 'desc' ? 'newer' : 'older';
  return (
    <div className="flex justify-center border-b p-2">
      <Button disabled={isFetchingPreviousPage} onClick={() => void fetchPreviousPage()}>
        {t(isFetchingPreviousPage ? 'loadingMore' : word)}
      </Button>
    </div>
  );
}

/** Puts the entries of the rounds that are open behind their line, or before it where the newest come first. */
function openRounds(rows: TrailRow[], opened: ReadonlySet<string>, order: Order): TrailRow[] {
  return rows.flatMap((row) => {
    if (row.type === 'entry' || !opened.has(row.id)) return row;
    const entries = order === 'asc' ? row.entries : row.entries.toReversed();
    return [row, ...toRows(entries)];
  });
}

/** Goes to an entry once it is loaded, opens it and gives it the focus. */
function useTarget(
  target: { id: string; times: number } | null,
  rows: readonly TrailRow[],
  virtual: ReturnType<typeof useVirtualRows>,
  feed: React.RefObject<HTMLElement | null>,
  open: (id: string) => void,
): void {
  const reached = useRef<typeof target>(null);
  useEffect(() => {
    if (!target || reached.current === target) return;
    const index = rows.findIndex(
      (row) => row.id === target.id || (row.type === 'round' && row.entries.some((entry) => idOf(entry) === target.id)),
    );
    if (index === -1) return;
    reached.current = target;
    const id = rows[index]?.id ?? target.id;
    open(id);
    virtual.scrollToIndex(index, { align: 'center' });
    requestAnimationFrame(() =>
      feed.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`)?.focus({ preventScroll: true }),
    );
  }, [target, rows, virtual, feed, open]);
}

function measureGap(entry: TimelineEntry, before: TrailRow | undefined): number | null {
  const earlier = before?.type === 'round' ? before.entries.at(-1) : before?.entry;
  return earlier ? Date.parse(entry.occurredAt) - Date.parse(earlier.occurredAt) : null;
}
