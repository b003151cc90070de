'use client';
import type { MouseEvent } from 'react';
import { cn } from '../ui/class-names.ts';
import { type ListParams, type Tab, tabs, toListHref } from './list-params.ts';

const words: Record<Tab, string> = { active: 'Active', aborted: 'Aborted', ended: 'Ended', all: 'All' };

/** The tabs are links: they can be opened beside each other, and they work before the page has started. */
export function StatusTabs({ params, onChange }: { params: ListParams; onChange: (params: ListParams) => void }) {
  const follow = (event: MouseEvent, tab: Tab) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onChange({ ...params, tab });
  };
  return (
    <nav aria-label="Status" className="flex rounded border bg-surface p-0.5">
      {tabs.map((tab) => (
        <a
          key={tab}
          href={toListHref({ ...params, tab })}
          aria-current={tab === params.tab ? 'page' : undefined}
          onClick={(event) => follow(event, tab)}
          className={cn(
            'rounded px-2.5 py-0.5 sm:px-3 font-medium text-muted hover:text-text',
            tab === params.tab && 'bg-raised text-text',
          )}
        >
          {words[tab]}
        </a>
      ))}
    </nav>
  );
}
