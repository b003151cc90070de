'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useAdapters } from '../adapters/use-adapters.ts';
import { findDelay } from './find-delay.ts';

/** Why no adapter has taken a workflow: nobody runs its definition, or all places are taken; else what it is said to do. */
export function WaitingForAdapter({ name, children }: { name: string; children: ReactNode }) {
  const t = useTranslations('workflow.header');
  const { data } = useAdapters();
  const delay = data ? findDelay(data, name) : null;
  if (delay === null) return <span className="text-muted">{children}</span>;
  return delay.type === 'nobody' ? (
    <span className="text-refused">{t('noAdapter', { name })}</span>
  ) : (
    <span className="text-muted">{t('queued', { places: delay.places })}</span>
  );
}
