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
  const { data, error, isPlaceholderData } = replay;
  const event = data?.event;
  const title = event ? describeEntry(t, { type: 'event', ...event }).title : '';
  const text = event ? t('replay.text', { sequence: event.sequence, position: event.position, title }) : '';
  /** Where it was told to go, before the page is there. */
  const asked = useRef(at);
  /** The steps that were asked for meanwhile, negative for those back. Which event is next is known only there. */
  const steps = useRef(0);
  const go = (to: number | null | undefined) => {
    if (to == null) return;
    clearTimeout(timer.current);
    setDragged(null);
    asked.current = Math.min(last, Math.max(first, to));
    onChange(asked.current);
  };
  const step = (by: 1 | -1) => {
    if (asked.current !== at || isPlaceholderData) steps.current += by;
    else go(by < 0 ? data?.previous : data?.next);
  };
  useEffect(() => {
    asked.current = at;
  }, [at]);
  useEffect(() => {
    if (steps.current === 0 || asked.current !== at || isPlaceholderData) return;
    const back = steps.current < 0;
    const to = back ? data?.previous : data?.next;
    steps.current = to == null ? 0 : steps.current + (back ? 1 : -1);
    go(to);
  });
  const drag = (to: number) => {
    setDragged(to);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(to), pauseMs);
  };
  const onKeyDown = (pressed: KeyboardEvent) => {
    const by = ({ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 } as const)[pressed.key];
    if (by === undefined) return; // Home, End and pages are the slider's own.
    pressed.preventDefault();
    step(by);
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
            onClick={() => step(-1)}
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
            onClick={() => step(1)}
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
