'use client';
import { clsx } from 'clsx';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { findRoundsAt, type Round } from '#domain/round.ts';
import type { Workflow } from '#domain/workflow.ts';
import { formatDuration, formatExact } from '../time/format-time.ts';
import { useFromNow, useInBrowser } from '../time/now.tsx';
import { Button } from '../ui/button.tsx';
import { roundsPerPage } from './rounds-page.ts';
import { type Bar, layOutRounds } from './rounds-scale.ts';
import { useRounds } from './use-rounds.ts';

/** A place in the log, and when that was where it is known. */
export interface Moment {
  position: number;
  time: string | null;
}

/** The rounds in time, one lane a role. A click leads to a round's entries. */
export function Rounds({
  workflow,
  moment,
  selected,
  onSelect,
}: {
  workflow: Workflow;
  /** The moment at which the workflow is looked at, null for now. */
  moment: Moment | null;
  selected: number | undefined;
  onSelect: (position: number) => void;
}) {
  const t = useTranslations('workflow.rounds');
  const log = useRounds(workflow.key);
  const [page, setPage] = useState(0);
  const pages = log.data?.pages ?? [];
  const all = pages[page]?.rounds.slice(-roundsPerPage) ?? [];
  const rounds = moment === null ? all : findRoundsAt(all, moment.position);
  const untilMs = moment && (moment.time === null ? findLastMs(rounds) : Date.parse(moment.time));
  if (workflow.round === 0) return null;
  const readEarlier = async () => {
    if (page + 1 >= pages.length) await log.fetchNextPage();
    setPage(page + 1);
  };
  const hasEarlier = page + 1 < pages.length || log.hasNextPage;
  return (
    <section aria-label={t('title')} className="border-t px-4 py-2 lg:px-6">
      <header className="flex min-h-7 items-center gap-2 text-xs">
        <h2 className="font-medium">{t('title')}</h2>
        {rounds.length > 0 && (
          <span className="text-muted">
            {t('about', {
              count: rounds.length,
              first: rounds[0]?.round ?? 0,
              last: rounds.at(-1)?.round ?? 0,
            })}
          </span>
        )}
        <span className="ml-auto flex gap-1">
          {hasEarlier && (
            <Button look="quiet" size="small" disabled={log.isFetchingNextPage} onClick={() => void readEarlier()}>
              <ChevronLeft aria-hidden />
              {t(log.isFetchingNextPage ? 'loading' : 'earlier')}
            </Button>
          )}
          {page > 0 && (
            <Button look="quiet" size="small" onClick={() => setPage(page - 1)}>
              {t('later')}
              <ChevronRight aria-hidden />
            </Button>
          )}
        </span>
      </header>
      {rounds.length > 0 && <Strip rounds={rounds} untilMs={untilMs} selected={selected} onSelect={onSelect} />}
    </section>
  );
}

/** The latest that some rounds tell of. */
function findLastMs(rounds: readonly Round[]): number {
  return Math.max(...rounds.map(({ startedAt, endedAt }) => Date.parse(endedAt ?? startedAt)));
}

/** Of a strip that spans more, a second is a small step: to move between two would only keep the browser busy. */
const mostGlidingMs = 60_000;

function Strip({
  rounds,
  untilMs,
  selected,
  onSelect,
}: {
  rounds: readonly Round[];
  /** Up to when it is drawn; null for now. */
  untilMs: number | null;
  selected: number | undefined;
  onSelect: (position: number) => void;
}) {
  const t = useTranslations('workflow.rounds');
  const isRunning = untilMs === null && rounds.at(-1)?.endedAt === null;
  // What runs moves its edge once a second; a strip of which nothing runs is not drawn again.
  const nowMs = useFromNow((now) => (isRunning ? Math.floor(now / 1_000) * 1_000 : 0));
  const { fromMs, toMs, lanes } = layOutRounds(rounds, untilMs ?? nowMs);
  const isGliding = isRunning && toMs - fromMs < mostGlidingMs;
  const list = useRef<HTMLUListElement>(null);
  const newest = lanes.findIndex(({ role }) => role === rounds.at(-1)?.role);
  useEffect(() => showLane(list.current, newest), [newest]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move the focus among the buttons inside
    <div onKeyDown={moveFocus} title={t('keys')}>
      <ul ref={list} aria-label={t('label')} className="relative flex max-h-36 flex-col gap-1 overflow-y-auto p-1">
        {lanes.map(({ role, bars }) => (
          <li
            key={role}
            className="grid grid-cols-[72px_minmax(0,1fr)] items-center gap-2 sm:grid-cols-[104px_minmax(0,1fr)]"
          >
            <span className="truncate font-mono text-xs text-muted" title={role}>
              {role}
            </span>
            <span className={clsx('relative h-5 rounded bg-raised', isGliding && 'gliding')}>
              {bars.map((bar) => (
                <RoundBlock
                  key={bar.round.position}
                  bar={bar}
                  untilMs={untilMs}
                  isSelected={bar.round.position === selected}
                  isFirst={bar.round === (rounds.find(({ position }) => position === selected) ?? rounds.at(-1))}
                  onSelect={onSelect}
                />
              ))}
            </span>
          </li>
        ))}
      </ul>
      <p aria-hidden className="flex justify-between pl-20 font-mono text-xs text-muted sm:pl-28">
        <TimeOfDay ms={fromMs} />
        <TimeOfDay ms={toMs} />
      </p>
    </div>
  );
}

/** A time without its date, in the reader's zone. */
function TimeOfDay({ ms }: { ms: number }) {
  const zone = useInBrowser() ? 'local' : 'utc';
  return <span>{formatExact(new Date(ms).toISOString(), zone).slice(11, 19)}</span>;
}

/** Scrolls to a lane, unless somebody is about to use another. It leaves the page where it is, as `scrollIntoView` does not. */
function showLane(list: HTMLElement | null, index: number): void {
  const lane = list?.children[index];
  if (!list || !(lane instanceof HTMLElement) || list.matches(':hover, :focus-within')) return;
  const [top, bottom] = [lane.offsetTop, lane.offsetTop + lane.offsetHeight];
  list.scrollTop = Math.min(top, Math.max(list.scrollTop, bottom - list.clientHeight + lanePaddingPx));
}

const lanePaddingPx = 4;

function RoundBlock({
  bar: { round, start, end },
  untilMs,
  isSelected,
  isFirst,
  onSelect,
}: {
  bar: Bar;
  untilMs: number | null;
  isSelected: boolean;
  /** The one that Tab comes to; arrow keys lead to the others. */
  isFirst: boolean;
  onSelect: (position: number) => void;
}) {
  const t = useTranslations('workflow.rounds');
  const words = useTranslations('time');
  const { position, role, adapter, startedAt, endedAt, how, outcome } = round;
  const duration = useFromNow((now) =>
    formatDuration(words, (endedAt === null ? (untilMs ?? now) : Date.parse(endedAt)) - Date.parse(startedAt), {
      precise: true,
    }),
  );
  const said =
    endedAt === null
      ? t('runs', { round: round.round, role, adapter, duration })
      : t('ran', {
          round: round.round,
          role,
          adapter,
          how: outcome ?? (how === null ? t('done') : how || t('stopped')),
          duration,
        });
  return (
    <button
      type="button"
      data-round={round.position}
      tabIndex={isFirst ? 0 : -1}
      aria-label={said}
      aria-pressed={isSelected}
      title={said}
      onClick={() => onSelect(position)}
      style={{ left: `min(${start * 100}%, 100% - 3px)`, width: `max(3px, ${(end - start) * 100}%)` }}
      className={clsx(
        'absolute inset-y-0.5 rounded-sm border border-canvas',
        look(round),
        isSelected && 'z-10 outline-2 outline-offset-1 outline-accent',
      )}
    />
  );
}

/** Colour is status: what runs, what was stopped, what failed, and all the rest. What was stopped is hatched as well. */
function look({ endedAt, how, outcome }: Round): string {
  if (endedAt === null) return 'bg-active breathe';
  if (how !== null) return how === 'lost' || outcome !== null ? 'hatched text-refused' : 'hatched text-aborted';
  if (outcome === 'failed') return 'bg-refused';
  return 'bg-edge hover:bg-muted';
}

/** Arrow keys lead from round to round in time, whatever their lanes. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const blocks = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-round]')].sort(
    (left, right) => Number(left.dataset.round) - Number(right.dataset.round),
  );
  blocks[blocks.indexOf(document.activeElement as HTMLElement) + step]?.focus();
  event.preventDefault();
}
