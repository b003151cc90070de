'use client';
import { useTranslations } from 'next-intl';
import { useAdapters } from '../adapters/use-adapters.ts';
import { findDelay } from './find-delay.ts';

/** Why a workflow has not begun yet. */
export function WaitingForAdapter({ name }: { name: string }) {
  const t = useTranslations('workflow.header');
  const { data } = useAdapters();
  const delay = data ? findDelay(data, name) : null;
  if (delay === null) return <span className="text-muted">{t('waitingForAdapter')}</span>;
  return delay.type === 'nobody' ? (
    <span className="text-refused">{t('noAdapter', { name })}</span>
  ) : (
    <span className="text-muted">{t('queued', { places: delay.places })}</span>
  );
}
