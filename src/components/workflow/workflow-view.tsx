'use client';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import type { Workflow } from '#domain/workflow.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { useSeed } from '../live/live-provider.tsx';
import { PageFailed } from '../shell/page-failed.tsx';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { isTyping } from '../ui/keyboard.ts';
import { Trail } from './trail.tsx';
import { type Order, readOrder, toTrailInput } from './trail-params.ts';
import { UnknownWorkflow } from './unknown-workflow.tsx';
import { WorkflowHeader } from './workflow-header.tsx';

/** What the server has read for the first paint. */
export interface FirstWorkflow {
  workflow: Workflow;
  order: Order;
  page: { entries: TimelineEntry[]; nextCursor: string | null; asOf: string };
}

export function WorkflowView({ first }: { first: FirstWorkflow }) {
  const trpc = useTRPC();
  const { key } = first.workflow;
  const order = readOrder(useSearchParams());
  useSeed(trpc.workflow.get.queryKey({ key }), first.workflow);
  useSeed(trpc.workflow.timeline.infiniteQueryKey(toTrailInput(key, first.order)), {
    pages: [first.page],
    pageParams: [null],
  });
  const { data: workflow, error, refetch } = useQuery(trpc.workflow.get.queryOptions({ key }));
  useAbortKey(workflow);
  if (error && !workflow) {
    const isUnknown = readError(error).code === 'NOT_FOUND';
    return isUnknown ? <UnknownWorkflow /> : <PageFailed onRetry={() => void refetch()} />;
  }
  if (!workflow) return null;
  return (
    <>
      <WorkflowHeader workflow={workflow} />
      <Trail workflowKey={key} order={order} />
    </>
  );
}

/** `a` aborts. */
function useAbortKey(workflow: Workflow | undefined): void {
  const openAbort = useAbort();
  const latest = useRef(workflow);
  useEffect(() => {
    latest.current = workflow;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'a' || isTyping(event) || latest.current?.status !== 'active') return;
      event.preventDefault();
      openAbort(latest.current);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [openAbort]);
}
