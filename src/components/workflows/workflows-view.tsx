'use client';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useConnection, useSeed } from '../live/live-provider.tsx';
import { StartButton } from '../start/start-button.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { KeyHints } from '../ui/key-hints.tsx';
import { NewButton } from '../ui/new-button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { useHeldRows } from '../ui/use-held-rows.ts';
import { type ListParams, readListParams, toListHref, toListInput } from './list-params.ts';
import { ListFailed, ListLoading, NothingFound } from './list-states.tsx';
import { SearchField } from './search-field.tsx';
import { StatusTabs } from './status-tabs.tsx';
import { rowKeys } from './use-row-keys.ts';
import { useWorkflowList } from './use-workflow-list.ts';
import { WorkflowTable } from './workflow-table.tsx';

const startOf = ({ startedAt }: Workflow) => Date.parse(startedAt);

/** What the server has read for the first paint. */
export interface FirstList {
  params: ListParams;
  page: { items: Workflow[]; nextCursor: string | null; asOf: string };
}

export function WorkflowsView({ first }: { first: FirstList }) {
  const trpc = useTRPC();
  const params = readListParams(useSearchParams());
  useSeed(trpc.workflow.list.infiniteQueryKey(toListInput(first.params)), { pages: [first.page], pageParams: [null] });
  const list = useWorkflowList(params);
  const workflows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const { shown, held, showHeld } = useHeldRows(workflows, { listId: toListHref(params), order: startOf });
  const { state } = useConnection();
  const change = (next: ListParams, how: 'pushState' | 'replaceState') => {
    window.history[how](null, '', toListHref(next));
    window.scrollTo({ top: 0 });
  };
  return (
    <>
      <PageHeader title="Workflows" about={workflows.length > 0 && <KeyHints hints={rowKeys} />}>
        <div className="flex grow flex-wrap items-center gap-2 lg:justify-end">
          <StatusTabs params={params} onChange={(next) => change(next, 'pushState')} />
          <SearchField
            search={params.search}
            tab={params.tab}
            onSearch={(search) => change({ ...params, search }, 'replaceState')}
          />
          <StartButton />
        </div>
      </PageHeader>
      <NewButton held={held} onShow={showHeld} />
      {list.isPending ? (
        <ListLoading />
      ) : list.isError && workflows.length === 0 ? (
        <ListFailed error={list.error} onRetry={() => void list.refetch()} />
      ) : workflows.length === 0 ? (
        <NothingFound params={params} onClear={() => change({ ...params, search: '' }, 'replaceState')} />
      ) : (
        <>
          <WorkflowTable
            workflows={shown}
            stale={state === 'offline' || list.isPlaceholderData}
            onEndInSight={list.readMore}
          />
          <ListEnd list={list} />
        </>
      )}
    </>
  );
}

function ListEnd({ list }: { list: ReturnType<typeof useWorkflowList> }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="flex justify-center p-4">
      <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {list.isFetchingNextPage ? 'Loading…' : list.isFetchNextPageError ? 'Loading failed. Try again' : 'Load more'}
      </Button>
    </div>
  );
}
