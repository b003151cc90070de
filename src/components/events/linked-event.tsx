'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { PulseEvent } from '#domain/event.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { EventRow } from './event-row.tsx';

/** The event that the address names, where the list below it has not come to it. */
export function LinkedEvent({
  position,
  events,
  onToggle,
}: {
  position: number;
  /** What the list shows. */
  events: readonly PulseEvent[];
  onToggle: (position: number) => void;
}) {
  const t = useTranslations('events');
  const trpc = useTRPC();
  const isListed = events.some((event) => event.position === position);
  const { data, isSuccess } = useQuery(
    trpc.event.list.queryOptions({ after: String(position - 1), limit: 1 }, { enabled: !isListed, retry: false }),
  );
  const event = data?.events.find((found) => found.position === position);
  if (isListed || !isSuccess) return null;
  return (
    <section aria-label={t('linked')} className="border-t">
      {event ? (
        <>
          <p className="px-4 pt-2 text-xs text-muted lg:px-6">{t('linked')}</p>
          <EventRow event={event} open onToggle={onToggle} />
        </>
      ) : (
        <p className="px-4 py-2 text-muted lg:px-6">{t('noSuch', { position })}</p>
      )}
    </section>
  );
}
