'use client';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useAbort, useAbortMany } from '../abort/abort-provider.tsx';
import { useMay } from '../access/viewer.tsx';
import type { Counts } from '../live/apply-to-counts.ts';
import type { WorkflowPage } from '../live/apply-to-list.ts';
import { useConnectionState, useSeed } from '../live/live-provider.tsx';
import { topPlace } from '../live/page-place.ts';
import { StartButton } from '../start/start-button.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { KeyHints } from '../ui/key-hints.tsx';
import { NewButton } from '../ui/new-button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { useHeldRows } from '../ui/use-held-rows.ts';
import { readChosen, withChosen } from './chosen-params.ts';
import { FilterChips } from './filter-chips.tsx';
import { Filters } from './filters.tsx';
import {
  type ListParams,
  plainList,
  readListParams,
  toCountInput,
  toListFilter,
  toListHref,
  toListInput,
  withoutFilters,
} from './list-params.ts';
import { ListFailed, ListLoading, NothingFound } from './list-states.tsx';
import { SearchField } from './search-field.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { StatusTabs } from './status-tabs.tsx';
import { useChosen } from './use-chosen.ts';
import { useCounts } from './use-counts.ts';
import { rowKeys } from './use-row-keys.ts';
import { useSelection } from './use-selection.ts';
import { useWorkflowList } from './use-workflow-list.ts';
import { WorkflowTable } from './workflow-table.tsx';

const startOf = ({ startedAt }: Workflow) => Date.parse(startedAt);

/** What the server has read for the first paint. */
export interface FirstList {
  params: ListParams;
  page: WorkflowPage;
  /** Null where they are not counted. */
  counts: Counts | null;
}

export function WorkflowsView({ first }: { first: FirstList }) {
  const t = useTranslations('list');
  const trpc = useTRPC();
  const query = useSearchParams();
  const params = readListParams(query);
  useSeed(trpc.workflow.list.infiniteQueryKey(toListInput(first.params)), {
    pages: [first.page],
    pageParams: [topPlace],
  });
  useSeed(trpc.workflow.count.queryKey(toCountInput(first.params) ?? {}), first.counts ?? undefined);
  const listId = toListHref(params);
  const shownNow = useRef<readonly Workflow[]>([]);
  const inAddress = readChosen(query);
  const selection = useSelection(shownNow, toListHref({ ...params, order: plainList.order }), inAddress);
  const list = useWorkflowList(params, { keepAll: selection.keys.size > 0 });
  const counts = useCounts(params);
  const workflows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const people = useMemo(() => [...new Set(workflows.map(({ startedBy }) => startedBy.name))].sort(), [workflows]);
  const isWhole = !list.rows.hasPrevious;
  const { shown, held, showHeld, isAtTop } = useHeldRows(workflows, {
    listId: `${listId} ${isWhole}`,
    order: startOf,
    enabled: isWhole && params.order === 'desc', // Where the oldest are first, new ones come below.
  });
  useEffect(() => {
    shownNow.current = shown;
  });
  const selected = useChosen(workflows, selection, { listHref: listId, inAddress });
  const [abortOne, abortMany] = [useAbort(), useAbortMany()];
  const state = useConnectionState();
  const mayAbort = useMay('workflow:abort');
  const change = (next: ListParams, how: 'pushState' | 'replaceState' = 'pushState') => {
    const href = toListHref(next);
    if (href === listId) return;
    const isReordered = toListHref({ ...next, order: params.order }) === listId; // What is chosen stays.
    window.history[how](null, '', isReordered ? withChosen(href, selection) : href);
    window.scrollTo({ top: 0 });
  };
  const abortSelected = () => {
    const filter = { ...toListFilter(params), status: ['active' as const] };
    if (selection.matching) abortMany({ type: 'matching', filter, onAborted: selection.clear });
    else if (selected.length === 1 && selected[0]) abortOne(selected[0]);
    else abortMany({ type: 'several', workflows: selected });
  };
  return (
    <>
      <PageHeader
        title={t('title')}
        about={
          workflows.length > 0 && (
            <KeyHints
              hints={rowKeys
                .filter(({ does }) => mayAbort || (does !== 'select' && does !== 'abort'))
                .map(({ keys, does }) => ({ keys, does: t(`keys.${does}`) }))}
            />
          )
        }
      >
        <div className="flex grow flex-wrap items-center gap-2 lg:justify-end">
          <StatusTabs params={params} counts={counts} onChange={change} />
          <SearchField params={params} onSearch={(search) => change({ ...params, search }, 'replaceState')} />
          <Filters params={params} people={people} onChange={change} />
          <StartButton />
        </div>
      </PageHeader>
      <FilterChips params={params} onChange={change} />
      <NewButton held={held} onShow={showHeld} />
      {list.isPending ? (
        <ListLoading />
      ) : list.isError && workflows.length === 0 ? (
        <ListFailed error={list.error} onRetry={() => void list.refetch()} />
      ) : workflows.length === 0 ? (
        <NothingFound
          params={params}
          onClearSearch={() => change({ ...params, search: '' }, 'replaceState')}
          onClearFilters={() => change(withoutFilters(params))}
        />
      ) : (
        <>
          <WorkflowTable
            workflows={shown}
            selection={selection}
            stale={state === 'offline' || list.isPlaceholderData}
            onAbortSelected={selection.matching || selected.length > 0 ? abortSelected : null}
            rows={list.rows}
            keepPlace={!isAtTop}
          />
          <ListEnd list={list} />
        </>
      )}
      <SelectionBar selection={selection} count={selected.length} onAbort={abortSelected} />
    </>
  );
}

function ListEnd({ list }: { list: ReturnType<typeof useWorkflowList> }) {
  const t = useTranslations('list.more');
  if (!list.hasNextPage) return null;
  return (
    <div className="flex justify-center p-4">
      <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t(list.isFetchingNextPage ? 'loading' : list.isFetchNextPageError ? 'failed' : 'load')}
      </Button>
    </div>
  );
}
