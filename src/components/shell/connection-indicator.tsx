'use client';
import { clsx } from 'clsx';
import { CircleDashed, Radio, WifiOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ConnectionState } from '../live/connection.ts';
import { useConnection } from '../live/live-provider.tsx';
import { Ago } from '../time/time.tsx';

const looks = {
  connecting: { Icon: CircleDashed, colour: 'text-muted', moves: 'spin' },
  live: { Icon: Radio, colour: 'text-active', moves: '' },
  reconnecting: { Icon: CircleDashed, colour: 'text-refused', moves: 'spin' },
  offline: { Icon: WifiOff, colour: 'text-aborted', moves: '' },
} satisfies Record<Exclude<ConnectionState, 'idle'>, unknown>;

/** Whether what is on screen is live, and how old the log's newest event is. */
export function ConnectionIndicator({ className }: { className?: string }) {
  const t = useTranslations('shell.connection');
  const { state, lastEntryAt } = useConnection();
  if (state === 'idle') return <div className={clsx('h-9', className)} />;
  const { Icon, colour, moves } = looks[state];
  return (
    <div className={clsx('min-h-9 whitespace-nowrap', className)} data-connection={state}>
      <span
        role="status"
        aria-label={t('label', { word: t(state) })}
        className={clsx('flex items-center gap-1.5 font-medium', colour)}
      >
        <Icon className={clsx('size-4', moves)} aria-hidden />
        {t(state)}
      </span>
      {lastEntryAt && (
        <p className="text-xs text-muted">{t.rich('lastEvent', { ago: () => <Ago at={lastEntryAt} /> })}</p>
      )}
    </div>
  );
}

/** Says above a page's content that it may be out of date. */
export function StaleNotice() {
  const t = useTranslations('shell.connection');
  const { state, lastEntryAt } = useConnection();
  if (state !== 'offline' && state !== 'reconnecting') return null;
  return (
    <p className="border-b bg-refused-soft px-4 py-1.5 text-refused lg:px-6">
      {t(state === 'offline' ? 'cutOff' : 'lost')}{' '}
      {lastEntryAt ? t.rich('staleSince', { ago: () => <Ago at={lastEntryAt} /> }) : t('stale')}
    </p>
  );
}
