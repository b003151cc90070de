'use client';
import { useTranslations } from 'next-intl';
import { useCallback, useRef, useState } from 'react';
import type { PulseEvent } from '#domain/event.ts';
import { cn } from '../ui/class-names.ts';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { EventRow } from './event-row.tsx';

/** Events, of which only those in sight exist in the page. */
export function EventsList({ events, stale }: { events: readonly PulseEvent[]; stale: boolean }) {
  const t = useTranslations('events');
  const ref = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggle = useCallback((position: number) => {
    setOpened((known) =>
      known.has(position) ? new Set([...known].filter((at) => at !== position)) : new Set([...known, position]),
    );
  }, []);
  const getKey = useCallback((index: number) => String(events[index]?.position), [events]);
  const rows = useVirtualRows({
    count: events.length,
    estimatePx: 37,
    getKey,
    ref,
  });
  return (
    <div
      ref={ref}
      role="feed"
      aria-label={t('feed')}
      className={cn('relative border-t', stale && 'grayscale')}
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
