'use client';
import { useEffect, useRef } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { cn } from '../ui/class-names.ts';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { rowColumns } from './row-columns.ts';
import { useRowKeys } from './use-row-keys.ts';
import { WorkflowRow } from './workflow-row.tsx';

const columns = [
  { word: 'Status' },
  { word: 'Key' },
  { word: 'Definition', shown: 'md:hidden lg:block' },
  { word: 'Now, or why it is over' },
  { word: 'Duration', shown: 'md:text-right' },
  { word: 'Last event', shown: 'md:text-right' },
  { word: 'Started by', shown: 'md:hidden lg:block' },
  { word: 'Action', shown: 'sr-only' },
];

/** The rows of the list, of which only those in sight exist in the page. */
export function WorkflowTable({
  workflows,
  stale,
  onEndInSight,
}: {
  workflows: readonly Workflow[];
  stale: boolean;
  onEndInSight: () => void;
}) {
  const ref = useRef<HTMLTableSectionElement>(null);
  const openAbort = useAbort();
  const rows = useVirtualRows({
    count: workflows.length,
    estimatePx: 44,
    getKey: (index) => workflows[index]?.key ?? '',
    ref,
  });
  useRowKeys(workflows, rows.scrollToIndex, openAbort);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= workflows.length - 10) onEndInSight();
  }, [last, workflows.length, onEndInSight]);
  return (
    <table aria-label="Workflows" aria-rowcount={-1} className={cn('block', stale && 'grayscale')}>
      <thead className="sticky top-0 z-20 hidden border-b bg-canvas max-lg:top-12 md:block">
        <tr className={cn('h-8 px-4 text-left text-xs text-muted lg:px-6', rowColumns)}>
          {columns.map(({ word, shown }) => (
            <th key={word} scope="col" className={cn('font-normal', shown)}>
              {word}
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
              onAbort={openAbort}
            />
          ) : null;
        })}
      </tbody>
    </table>
  );
}
