'use client';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import type { MouseEvent } from 'react';
import { limits } from '#domain/limits.ts';
import type { Counts } from '../live/apply-to-counts.ts';
import { type ListParams, type Tab, tabs, toListHref } from './list-params.ts';

/** The tabs are links: they can be opened beside each other, and they work before the page has started. */
export function StatusTabs({
  params,
  counts,
  onChange,
}: {
  params: ListParams;
  /** Undefined while they are not known. */
  counts: Counts | undefined;
  onChange: (params: ListParams) => void;
}) {
  const t = useTranslations('list.tabs');
  const follow = (event: MouseEvent, tab: Tab) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onChange({ ...params, tab });
  };
  return (
    <nav aria-label={t('label')} className="flex rounded border bg-surface p-0.5">
      {tabs.map((tab) => (
        <a
          key={tab}
          href={toListHref({ ...params, tab })}
          aria-current={tab === params.tab ? 'page' : undefined}
          onClick={(event) => follow(event, tab)}
          className={clsx(
            'flex items-baseline gap-1.5 rounded px-2 py-0.5 font-medium sm:px-2.5',
            tab === params.tab ? 'bg-raised text-text' : 'text-muted hover:text-text',
          )}
        >
          {t(tab)}
          {counts && <span className="text-xs font-normal text-muted max-sm:sr-only">{sayCount(t, counts[tab])}</span>}
        </a>
      ))}
    </nav>
  );
}

/** `12`, or `999+` where it was not counted further. */
function sayCount(t: ReturnType<typeof useTranslations<'list.tabs'>>, count: number): string {
  return count < limits.counted ? t('count', { count }) : t('many', { count: limits.counted - 1 });
}
