'use client';
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { Arrival } from '../time/arrival.tsx';
import { formatDuration } from '../time/format-time.ts';
import { ClockTime } from '../time/time.tsx';
import { describeEntry } from './describe-entry.ts';
import { EntryDecisions } from './entry-decisions.tsx';
import { EntryIcon } from './entry-icon.tsx';
import { Payload } from './payload.tsx';
import { idOf } from './read-trail.ts';

/** One line of the trail; opened it shows its payload, and what the guards made of it. */
export const TrailEntry = memo(function TrailEntry({
  entry,
  gapMs,
  open,
  onToggle,
}: {
  entry: TimelineEntry;
  /** Since the entry before, null for the first. */
  gapMs: number | null;
  open: boolean;
  onToggle: (id: string) => void;
}) {
  const t = useTranslations('workflow');
  const words = useTranslations('time');
  const { sort, title, why } = describeEntry(t, entry);
  const isRefusal = entry.type === 'refusal';
  const gap = gapMs === null ? null : formatDuration(words, gapMs, { precise: true });
  return (
    <article
      aria-label={title}
      className={clsx(
        'relative isolate border-b px-4 py-1.5 lg:px-6',
        isRefusal && 'bg-refused-soft',
        sort === 'abort' && 'bg-aborted-soft',
        open && !isRefusal && sort !== 'abort' && 'bg-raised',
      )}
    >
      <Arrival at={entry.occurredAt} />
      <div className="grid grid-cols-[20px_minmax(0,1fr)_auto] gap-x-3 md:grid-cols-[104px_20px_minmax(0,1fr)_auto]">
        <p className="col-span-3 flex gap-3 text-xs text-muted md:col-span-1 md:flex-col md:gap-0">
          <ClockTime at={entry.occurredAt} className="font-mono leading-5" />
          {gap !== null && (
            <span className="max-md:leading-5">
              <span className="sr-only">{t('entry.laterBy', { gap })}</span>
              <span aria-hidden>+{gap}</span>
            </span>
          )}
        </p>
        <span className="pt-0.5">
          <EntryIcon sort={sort} />
        </span>
        <div className="min-w-0">
          <h3 className="font-medium break-words">{title}</h3>
          {why && (
            <p className={clsx('break-words', isRefusal ? 'text-refused' : 'text-text')}>
              {isRefusal ? why : t('entry.quote', { text: why })}
            </p>
          )}
          {isRefusal && <Check text={entry.check} />}
          <p className="flex flex-wrap gap-x-3 text-xs text-muted">
            <span className="font-mono break-all">{entry.kind}</span>
            <span>{t('entry.by', { who: entry.actor.name, via: entry.actor.via })}</span>
          </p>
        </div>
        <div className="flex flex-col items-end text-xs text-muted">
          <Place entry={entry} />
          <button
            type="button"
            data-row
            aria-expanded={open}
            aria-label={`${t('entry.open')}: ${title}`}
            onClick={() => onToggle(idOf(entry))}
            className="-mr-1 flex items-center rounded px-1 leading-5 hover:bg-line hover:text-text"
          >
            {t('entry.open')}
            <ChevronRight className={clsx('size-3.5', open && 'rotate-90')} aria-hidden />
          </button>
        </div>
      </div>
      {open && (
        <div className="flex flex-col gap-2 pt-2 pb-1 md:pl-[148px]">
          {entry.type === 'event' && <EntryDecisions workflowKey={entry.key} position={entry.position} />}
          <Payload payload={entry.payload} />
        </div>
      )}
    </article>
  );
});

/** What did not hold. A long one is cut; the guard's page has it whole. */
function Check({ text }: { text: string }) {
  const t = useTranslations('workflow.entry');
  return (
    <p className="line-clamp-2 text-xs break-words" title={text}>
      <span className="text-muted">{t('doesNotHold')} </span>
      <code className="font-mono">{text}</code>
    </p>
  );
}

function Place({ entry }: { entry: TimelineEntry }) {
  const t = useTranslations('workflow.entry');
  const [text, title] =
    entry.type === 'refusal'
      ? [t('notWritten'), t('refusalPlace', { id: entry.id, after: entry.afterPosition })]
      : [
          t('place', { sequence: entry.sequence, position: entry.position }),
          t('sequence', { sequence: entry.sequence, position: entry.position }),
        ];
  return (
    <span className="leading-5 whitespace-nowrap" title={title}>
      <span className="sr-only">{title}</span>
      <span aria-hidden>{text}</span>
    </span>
  );
}
