'use client';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useRef } from 'react';
import type { PulseEvent } from '#domain/event.ts';
import { useOpened } from '../ui/use-opened.ts';
import { useRowFocus } from '../ui/use-row-focus.ts';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { EventRow } from './event-row.tsx';

/** Events, of which only those in sight exist in the page. */
export function EventsList({
  events,
  stale,
  open,
  onOpen,
}: {
  events: readonly PulseEvent[];
  stale: boolean;
  /** The one that the address names. */
  open: number | null;
  onOpen: (position: number | null) => void;
}) {
  const t = useTranslations('events');
  const ref = useRef<HTMLDivElement>(null);
  const { opened, toggle } = useOpened(open, onOpen);
  const getKey = useCallback((index: number) => String(events[index]?.position), [events]);
  const rows = useVirtualRows({
    count: events.length,
    estimatePx: 37,
    getKey,
    ref,
  });
  const { scrollToIndex } = rows;
  useRowFocus(ref);
  const linked = useRef(events.findIndex(({ position }) => position === open));
  useEffect(() => {
    if (linked.current > 0) scrollToIndex(linked.current, { align: 'center' });
  }, [scrollToIndex]);
  return (
    <div
      ref={ref}
      role="feed"
      aria-label={t('feed')}
      className={clsx('relative border-t', stale && 'grayscale')}
      style={{ height: rows.getTotalSize() }}
    >
      {rows.getVirtualItems().map(({ index, key, start }) => {
        const event = events[index];
        if (!event) return null;
        return (
          <div
            key={key}
            data-index={index}
            ref={rows.measureElement}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
          >
            <EventRow event={event} open={opened.has(event.position)} onToggle={toggle} />
          </div>
        );
      })}
    </div>
  );
}
