'use client';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { Arrival } from '../time/arrival.tsx';
import { formatDuration } from '../time/format-time.ts';
import { ClockTime } from '../time/time.tsx';
import { cn } from '../ui/class-names.ts';
import { describeEntry } from './describe-entry.ts';
import { EntryIcon } from './entry-icon.tsx';
import { Payload } from './payload.tsx';

/** One line of the trail; opened it shows its payload. */
export const TrailEntry = memo(function TrailEntry({
  id,
  entry,
  gapMs,
  open,
  onToggle,
}: {
  id: string;
  entry: TimelineEntry;
  /** Since the entry before, null for the first. */
  gapMs: number | null;
  open: boolean;
  onToggle: (id: string) => void;
}) {
  const words = useTranslations('time');
  const { sort, title, why } = describeEntry(entry);
  const isRefusal = entry.type === 'refusal';
  return (
    <article
      aria-label={title}
      className={cn(
        'relative isolate border-b px-4 py-2 lg:px-6',
        isRefusal && 'bg-refused-soft',
        sort === 'abort' && 'bg-aborted-soft',
      )}
    >
      <Arrival at={entry.occurredAt} />
      <div className="grid grid-cols-[20px_minmax(0,1fr)_auto] gap-x-3 md:grid-cols-[104px_20px_minmax(0,1fr)_auto]">
        <p className="col-span-3 flex gap-3 text-xs text-muted md:col-span-1 md:flex-col md:gap-0">
          <ClockTime at={entry.occurredAt} className="font-mono leading-5" />
          {gapMs !== null && (
            <span className="max-md:leading-5">
              <span className="sr-only">Later than the entry before by </span>+
              {formatDuration(words, gapMs, { precise: true })}
            </span>
          )}
        </p>
        <span className="pt-0.5">
          <EntryIcon sort={sort} />
        </span>
        <div className="min-w-0">
          <h3 className="font-medium break-words">{title}</h3>
          {why && (
            <p className={cn('break-words', isRefusal ? 'text-refused' : 'text-text')}>
              {isRefusal ? why : `“${why}”`}
            </p>
          )}
          {isRefusal && <Check text={entry.check} />}
          <p className="flex flex-wrap gap-x-3 text-xs text-muted">
            <span className="font-mono break-all">{entry.kind}</span>
            <span>
              {entry.actor.name} via {entry.actor.via}
            </span>
          </p>
        </div>
        <div className="flex flex-col items-end text-xs text-muted">
          <Place entry={entry} />
          <button
            type="button"
            aria-expanded={open}
            onClick={() => onToggle(id)}
            className="-mr-1 flex items-center rounded px-1 leading-5 hover:bg-raised hover:text-text"
          >
            Payload
            <ChevronRight className={cn('size-3.5', open && 'rotate-90')} aria-hidden />
          </button>
        </div>
      </div>
      {open && (
        <div className="pt-2 md:pl-[148px]">
          <Payload payload={entry.payload} />
        </div>
      )}
    </article>
  );
});

/** What did not hold. A long one is cut; the guard's page has it whole. */
function Check({ text }: { text: string }) {
  return (
    <p className="line-clamp-2 text-xs break-words" title={text}>
      <span className="text-muted">does not hold: </span>
      <code className="font-mono">{text}</code>
    </p>
  );
}

function Place({ entry }: { entry: TimelineEntry }) {
  if (entry.type === 'refusal') {
    return (
      <span
        className="leading-5 whitespace-nowrap"
        title={`Refusal ${entry.id}, after position ${entry.afterPosition}`}
      >
        not written
      </span>
    );
  }
  return (
    <span
      className="leading-5 whitespace-nowrap"
      title={`Sequence ${entry.sequence} of this key, position ${entry.position} of the log`}
    >
      #{entry.sequence.toLocaleString('en-US')} · {entry.position.toLocaleString('en-US')}
    </span>
  );
}
