'use client';
import { clsx } from 'clsx';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { memo, type Ref } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useMay } from '../access/viewer.tsx';
import { Arrival } from '../time/arrival.tsx';
import { Ago, Duration } from '../time/time.tsx';
import { Button } from '../ui/button.tsx';
import { Status } from '../ui/status.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { rowColumns } from './row-columns.ts';
import { RunningNow } from './running-now.tsx';

/** One workflow of the list. The whole row is its link; Abort is always there, and red only where one is about to use it. */
export const WorkflowRow = memo(function WorkflowRow({
  workflow,
  index,
  rowIndex,
  selected,
  ref,
  onSelect,
  onAbort,
}: {
  workflow: Workflow;
  index: number;
  /** Its place in the whole list. */
  rowIndex: number;
  selected: boolean;
  ref: Ref<HTMLTableRowElement>;
  onSelect: (key: string, range: boolean) => void;
  onAbort: (workflow: Workflow) => void;
}) {
  const t = useTranslations('list.row');
  const may = useMay('workflow:abort');
  const { key, name, parent, status, outcome, startedAt, updatedAt, endedAt, startedBy } = workflow;
  const isSelectable = status === 'active' && may;
  return (
    <tr
      ref={ref}
      data-index={index}
      aria-rowindex={rowIndex + 2}
      aria-selected={selected}
      className={clsx(
        'group relative isolate flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2.5 md:h-11 md:py-0 md:[content-visibility:auto] lg:px-6',
        selected ? 'bg-accent-soft' : 'focus-within:bg-raised hover:bg-raised',
        rowColumns,
      )}
    >
      <td className={clsx('order-none flex', !isSelectable && 'max-md:-mr-3')}>
        <Arrival key={workflow.position} at={updatedAt} />
        {isSelectable && (
          <input
            type="checkbox"
            checked={selected}
            aria-label={t('select', { key })}
            aria-keyshortcuts="x"
            title={`${t('select', { key })} (x)`}
            onChange={(event) => onSelect(key, (event.nativeEvent as MouseEvent).shiftKey)}
            className={clsx(
              'relative z-10 size-4 group-focus-within:opacity-100 group-hover:opacity-100 focus-visible:opacity-100',
              '[@media(hover:none)]:opacity-100',
              !selected && 'opacity-0',
            )}
          />
        )}
      </td>
      <td className="order-1 flex md:order-none">
        <Status status={status} outcome={outcome} />
      </td>
      <td className="block order-2 min-w-0 grow basis-0 truncate font-mono md:order-none">
        <Link
          href={toWorkflowHref(key)}
          prefetch={false}
          data-row={key}
          title={key}
          className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {key}
        </Link>
        {parent !== null && <span className="ml-2 font-sans text-xs text-muted">{t('of', { parent })}</span>}
      </td>
      <td className="block order-5 truncate text-muted md:hidden lg:order-none lg:block">{name}</td>
      <td className="block order-4 min-w-0 basis-full md:order-none md:basis-auto">
        <RunningNow workflow={workflow} />
      </td>
      <td className="block order-6 text-muted md:order-none md:text-right">
        <Duration from={startedAt} to={endedAt} />
      </td>
      <td className="block order-7 text-muted md:order-none md:text-right">
        <Ago at={updatedAt} />
      </td>
      <td
        className="block order-8 truncate text-muted md:hidden lg:order-none lg:block"
        title={t('via', { name: startedBy.name, via: startedBy.via })}
      >
        {startedBy.name}
      </td>
      <td className="order-3 flex justify-end md:order-none">
        {isSelectable && (
          <Button
            look="abort"
            aria-label={t('abortKey', { key })}
            aria-keyshortcuts="a"
            title={t('abortHint')}
            onClick={() => onAbort(workflow)}
            size="small"
            className="relative z-10"
          >
            {t('abort')}
          </Button>
        )}
      </td>
    </tr>
  );
});
