'use client';
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import type { PulseEvent } from '#domain/event.ts';
import { Arrival } from '../time/arrival.tsx';
import { ClockTime } from '../time/time.tsx';
import { describeEntry } from '../workflow/describe-entry.ts';
import { EntryIcon } from '../workflow/entry-icon.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { Payload } from '../workflow/payload.tsx';

/** One event of the whole log; opened it shows its payload. */
export const EventRow = memo(function EventRow({
  event,
  open,
  onToggle,
}: {
  event: PulseEvent;
  open: boolean;
  onToggle: (position: number) => void;
}) {
  const { position, key, kind, actor, occurredAt } = event;
  const t = useTranslations('events');
  const { sort, title } = describeEntry(useTranslations('workflow'), { type: 'event', ...event });
  return (
    <article
      aria-label={`${title}, ${key}`}
      className={clsx('relative isolate border-b px-4 lg:px-6', open && 'bg-raised')}
    >
      <Arrival at={occurredAt} />
      <div className="grid min-h-9 grid-cols-[64px_20px_minmax(0,1fr)_auto] items-center gap-x-3 py-1.5 md:grid-cols-[64px_92px_20px_minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,1fr)_auto] md:py-0">
        <span className="text-right text-muted">{position.toLocaleString('en-US')}</span>
        <ClockTime
          at={occurredAt}
          className="font-mono text-xs text-muted max-md:col-span-2 max-md:col-start-1 max-md:row-start-2"
        />
        <EntryIcon sort={sort} />
        <span className="min-w-0 md:flex md:items-center md:gap-3">
          <span className="block truncate font-medium">{title}</span>
        </span>
        <span className="min-w-0 truncate font-mono max-md:col-start-3 max-md:row-start-2">
          <Link href={toWorkflowHref(key)} prefetch={false} title={key} className="rounded hover:underline">
            {key}
          </Link>
        </span>
        <span
          className="min-w-0 truncate font-mono text-xs text-muted max-md:col-start-3"
          title={t('by', { kind, who: actor.name })}
        >
          {kind}
        </span>
        <button
          type="button"
          data-row
          aria-expanded={open}
          aria-label={t('payloadOf', { position })}
          onClick={() => onToggle(position)}
          className="grid size-6 place-items-center rounded text-muted hover:bg-raised hover:text-text max-md:col-start-4 max-md:row-start-1"
        >
          <ChevronRight className={clsx('size-4', open && 'rotate-90')} aria-hidden />
        </button>
      </div>
      {open && (
        <div className="pb-3 md:pl-[76px]">
          <p className="pb-2 text-xs text-muted">
            {t.rich('detail', {
              who: actor.name,
              via: actor.via,
              sequence: event.sequence,
              hash: () => <span className="font-mono break-all">{event.hash}</span>,
            })}
            {' · '}
            <Link
              href={`${toWorkflowHref(key)}?entry=e${position}`}
              prefetch={false}
              className="rounded underline hover:text-text"
            >
              {t('inTrail')}
            </Link>
          </p>
          <Payload payload={event.payload} />
        </div>
      )}
    </article>
  );
});
