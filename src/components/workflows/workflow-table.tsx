'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { cn } from '../ui/class-names.ts';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { rowColumns } from './row-columns.ts';
import { useRowKeys } from './use-row-keys.ts';
import type { Selection } from './use-selection.ts';
import { WorkflowRow } from './workflow-row.tsx';

const columns = [
  { word: 'select', shown: '*:sr-only' },
  { word: 'status' },
  { word: 'key' },
  { word: 'definition', shown: 'md:hidden lg:block' },
  { word: 'now' },
  { word: 'duration', shown: 'md:text-right' },
  { word: 'lastEvent', shown: 'md:text-right' },
  { word: 'startedBy', shown: 'md:hidden lg:block' },
  { word: 'action', shown: '*:sr-only' },
] as const;

/** The rows of the list, of which only those in sight exist in the page. */
export function WorkflowTable({
  workflows,
  selection,
  stale,
  onAbortSelected,
  onEndInSight,
}: {
  workflows: readonly Workflow[];
  selection: Selection;
  stale: boolean;
  /** Null while nothing is chosen. */
  onAbortSelected: (() => void) | null;
  onEndInSight: () => void;
}) {
  const t = useTranslations('list');
  const ref = useRef<HTMLTableSectionElement>(null);
  const openAbort = useAbort();
  const rows = useVirtualRows({
    count: workflows.length,
    estimatePx: 44,
    getKey: (index) => workflows[index]?.key ?? '',
    ref,
  });
  useRowKeys(workflows, {
    scrollTo: rows.scrollToIndex,
    onAbort: openAbort,
    onAbortSelected,
    onSelect: selection.toggle,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= workflows.length - 10) onEndInSight();
  }, [last, workflows.length, onEndInSight]);
  return (
    <table aria-label={t('title')} aria-rowcount={-1} className={cn('block', stale && 'grayscale')}>
      <thead className="sticky top-0 z-20 hidden border-b bg-canvas max-lg:top-12 md:block">
        <tr className={cn('h-8 px-4 text-left text-xs text-muted lg:px-6', rowColumns)}>
          {columns.map(({ word, shown = '' }: { word: (typeof columns)[number]['word']; shown?: string }) => (
            <th key={word} scope="col" className={cn('font-normal', shown)}>
              <span>{t(`columns.${word}`)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={ref} className="relative block" style={{ height: rows.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const workflow = workflows[index];
          return workflow ? (
            <WorkflowRow
              key={key}
              ref={rows.measureElement}
              workflow={workflow}
              index={index}
              top={start - rows.options.scrollMargin}
              selected={selection.keys.has(workflow.key) || (selection.matching && workflow.status === 'active')}
              onSelect={selection.toggle}
              onAbort={openAbort}
            />
          ) : null;
        })}
      </tbody>
    </table>
  );
}
