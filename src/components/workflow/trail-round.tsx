'use client';
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import { Arrival } from '../time/arrival.tsx';
import { formatDuration } from '../time/format-time.ts';
import { ClockTime, Duration } from '../time/time.tsx';
import { describeEntry } from './describe-entry.ts';
import { EntryIcon } from './entry-icon.tsx';
import { closes, type TrailRow } from './group-rounds.ts';
import { readFacts } from './payload-facts.ts';

/** A round in one line: who did what, how it went and how long it took. */
export const TrailRound = memo(function TrailRound({
  row: { id, round, role, entries },
  open,
  onToggle,
}: {
  row: Extract<TrailRow, { type: 'round' }>;
  open: boolean;
  onToggle: (id: string) => void;
}) {
  const t = useTranslations('workflow');
  const words = useTranslations('time');
  const [first] = entries;
  const last = entries.find((entry) => closes(entry, { round, role }));
  const how = last && describeEntry(t, last);
  const outcome = last && how?.sort !== 'stopped' ? readFacts(last.payload).outcome : null;
  const others = entries.length - (last ? 2 : 1);
  if (!first) return null;
  return (
    <article
      aria-label={t('trail.roundLine', { round, role })}
      className={clsx('relative isolate border-b px-4 lg:px-6', open && 'bg-raised')}
    >
      <Arrival at={(last ?? first).occurredAt} />
      <button
        type="button"
        data-row
        aria-expanded={open}
        title={t('trail.entries', { round })}
        onClick={() => onToggle(id)}
        className="grid min-h-8 w-full grid-cols-[20px_minmax(0,1fr)_auto_16px] items-center gap-x-3 rounded text-left md:grid-cols-[104px_20px_minmax(0,1fr)_auto_16px]"
      >
        <ClockTime at={first.occurredAt} className="hidden font-mono text-xs text-muted md:inline" />
        <EntryIcon sort={how?.sort ?? 'round'} />
        <span className="min-w-0 truncate">
          <span className="font-medium">{t('trail.roundLine', { round, role })}</span>{' '}
          <span className={how ? 'text-muted' : 'text-active'}>
            {how ? (outcome ?? how.title) : t('trail.roundRuns')}
            {how?.why && ` · ${how.why}`}
            {others > 0 && ` · ${t('trail.others', { count: others })}`}
          </span>
        </span>
        <span className="text-xs text-muted">
          {last ? (
            formatDuration(words, Date.parse(last.occurredAt) - Date.parse(first.occurredAt), { precise: true })
          ) : (
            <Duration from={first.occurredAt} to={null} />
          )}
        </span>
        <ChevronRight className={clsx('size-3.5 text-muted', open && 'rotate-90')} aria-hidden />
      </button>
    </article>
  );
});
