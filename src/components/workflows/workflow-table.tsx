'use client';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { useCallback, useRef } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { keptRows } from '../live/page-place.ts';
import { useInBrowser } from '../time/now.tsx';
import { type RowWindow, useReadAround } from '../ui/use-read-around.ts';
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

/** On a wide screen each row is one line, on a narrow one a card. */
const isGrid = () => window.matchMedia('(min-width: 768px)').matches;
const rowPx = 44;
const cardPx = 97;

/** The rows of the list, of which only those in sight exist in the page. */
export function WorkflowTable({
  workflows,
  selection,
  stale,
  onAbortSelected,
  rows,
  keepPlace,
}: {
  workflows: readonly Workflow[];
  selection: Selection;
  stale: boolean;
  /** Null while nothing is chosen. */
  onAbortSelected: (() => void) | null;
  rows: RowWindow;
  /** What is in sight stays where it is. */
  keepPlace: boolean;
}) {
  const t = useTranslations('list');
  const ref = useRef<HTMLTableSectionElement>(null);
  const openAbort = useAbort();
  const isPlaced = useInBrowser(); // The server does not know how high a row is: there one follows the other.
  const getKey = useCallback((index: number) => workflows[index]?.key ?? '', [workflows]);
  const virtual = useVirtualRows({
    count: workflows.length,
    estimatePx: isPlaced && !isGrid() ? cardPx : rowPx,
    isEven: isGrid,
    getKey,
    ref,
    above: rows.above,
    keepPlace,
  });
  // Where thousands have come to the top of a list since it was read, it is read anew.
  useReadAround(virtual, rows, { isTooLong: !keepPlace && workflows.length > 2 * keptRows });
  useRowKeys(workflows, {
    scrollTo: virtual.scrollToIndex,
    onAbort: openAbort,
    onAbortSelected,
    onSelect: selection.toggle,
  });
  const shown = virtual.getVirtualItems();
  // The rows stand below each other, as the server has written them, under the space of those that are not in sight.
  const space = isPlaced && {
    height: virtual.getTotalSize(),
    paddingTop: (shown[0]?.start ?? 0) - virtual.options.scrollMargin,
  };
  return (
    <table aria-label={t('title')} aria-rowcount={-1} className={clsx('block', stale && 'grayscale')}>
      <thead className="sticky top-0 z-20 hidden border-b bg-canvas max-lg:top-12 md:block">
        <tr className={clsx('h-8 px-4 text-left text-xs text-muted lg:px-6', rowColumns)}>
          {columns.map(({ word, shown = '' }: { word: (typeof columns)[number]['word']; shown?: string }) => (
            <th key={word} scope="col" className={clsx('font-normal', shown)}>
              <span>{t(`columns.${word}`)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={ref} className="relative block [overflow-anchor:none]" style={space || undefined}>
        {shown.map(({ index, key }) => {
          const workflow = workflows[index];
          return workflow ? (
            <WorkflowRow
              key={key}
              ref={virtual.measureElement}
              workflow={workflow}
              index={index}
              rowIndex={rows.above + index}
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
