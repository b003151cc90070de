'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../trpc/trpc.ts';
import { findDelay } from './find-delay.ts';

const pollMs = 5_000;

/** Why a workflow has not begun yet. Of adapters no event tells, so it asks as long as it is shown. */
export function WaitingForAdapter({ name }: { name: string }) {
  const t = useTranslations('workflow.header');
  const { data } = useQuery(useTRPC().adapter.list.queryOptions(undefined, { refetchInterval: pollMs, staleTime: 0 }));
  const delay = data ? findDelay(data, name) : null;
  if (delay === null) return <span className="text-muted">{t('waitingForAdapter')}</span>;
  return delay.type === 'nobody' ? (
    <span className="text-refused">{t('noAdapter', { name })}</span>
  ) : (
    <span className="text-muted">{t('queued', { places: delay.places })}</span>
  );
}
