'use client';
import { ChevronLeft, ChevronRight, History } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Ago } from '../time/time.tsx';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import { describeEntry } from './describe-entry.ts';
import type { useReplay } from './use-replay.ts';

const pauseMs = 120;

/** A slider over the positions of a workflow: the page shows it as it was there. */
export function Replay({
  first,
  last,
  at,
  replay,
  onChange,
}: {
  /** The positions of its first event and its last. */
  first: number;
  last: number;
  at: number;
  replay: ReturnType<typeof useReplay>;
  onChange: (at: number | null) => void;
}) {
  const t = useTranslations('workflow');
  const say = useErrorMessage();
  const [dragged, setDragged] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { data, error } = replay;
  const event = data?.event;
  const title = event ? describeEntry(t, { type: 'event', ...event }).title : '';
  const text = event ? t('replay.text', { sequence: event.sequence, position: event.position, title }) : '';
  const go = (to: number | null | undefined) => {
    if (to == null) return;
    clearTimeout(timer.current);
    setDragged(null);
    onChange(Math.min(last, Math.max(first, to)));
  };
  const drag = (to: number) => {
    setDragged(to);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(to), pauseMs);
  };
  const onKeyDown = (pressed: KeyboardEvent) => {
    const to = { ArrowLeft: data?.previous, ArrowDown: data?.previous, ArrowRight: data?.next, ArrowUp: data?.next }[
      pressed.key
    ];
    if (to === undefined) return; // Home, End and pages are the slider's own.
    pressed.preventDefault();
    go(to);
  };
  return (
    <section aria-label={t('replay.title')} className="flex flex-col gap-2 border-t bg-accent-soft px-4 py-3 lg:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="flex items-center gap-1.5 font-medium max-sm:order-first">
          <History className="size-4 text-accent" aria-hidden />
          {t('replay.title')}
        </h2>
        <div className="flex min-w-48 grow items-center gap-1 max-sm:basis-full">
          <Button
            look="quiet"
            size="icon"
            aria-label={t('replay.previous')}
            title={t('replay.previous')}
            disabled={data?.previous == null}
            onClick={() => go(data?.previous)}
          >
            <ChevronLeft aria-hidden />
          </Button>
          <input
            type="range"
            aria-label={t('replay.slider')}
            aria-valuetext={text}
            min={first}
            max={Math.max(first, last)}
            value={dragged ?? Math.min(last, Math.max(first, at))}
            onChange={(change) => drag(Number(change.target.value))}
            onKeyDown={onKeyDown}
            className="mx-1 h-6 min-w-0 grow"
          />
          <Button
            look="quiet"
            size="icon"
            aria-label={t('replay.next')}
            title={t('replay.next')}
            disabled={data?.next == null}
            onClick={() => go(data?.next)}
          >
            <ChevronRight aria-hidden />
          </Button>
        </div>
        <Button className="max-sm:order-first max-sm:ml-auto" onClick={() => onChange(null)}>
          {t('replay.now')}
        </Button>
      </div>
      {error ? (
        <p role="alert" className="text-refused">
          {t('replay.failed', { message: say(error) })}
        </p>
      ) : (
        <p className="min-h-5">
          <span className="font-medium">{text}</span>{' '}
          {event && (
            <span className="text-muted">
              <Ago at={event.occurredAt} />
            </span>
          )}
        </p>
      )}
      {data && <States guards={data.guards} />}
    </section>
  );
}

/** What each guard knew at that moment. */
function States({ guards }: { guards: NonNullable<ReturnType<typeof useReplay>['data']>['guards'] }) {
  const t = useTranslations('workflow.replay');
  return (
    <dl aria-label={t('states')} className="grid gap-x-6 gap-y-0.5 text-xs sm:grid-cols-2 xl:grid-cols-3">
      {guards.map(({ name, after, problem }) => (
        <div key={name} className="flex min-w-0 gap-2">
          <dt className="shrink-0 font-mono text-muted">{name}</dt>
          <dd className="min-w-0 truncate font-mono" title={JSON.stringify(after)}>
            {problem ?? JSON.stringify(after)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
