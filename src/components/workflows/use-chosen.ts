'use client';
import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { type Chosen, readChosen, withChosen } from './chosen-params.ts';
import { readListParams, toListHref } from './list-params.ts';

/**
 * Those of the chosen workflows that are active, and keeps the address of the list in step with them.
 *
 * Those that the address names, and that the list has not read yet, are read by themselves.
 */
export function useChosen(
  workflows: readonly Workflow[],
  { keys, matching }: Chosen,
  { listHref, inAddress }: { listHref: string; inAddress: Chosen },
): Workflow[] {
  const trpc = useTRPC();
  const listed = useMemo(
    () => (keys.size === 0 ? [] : workflows.filter(({ key }) => keys.has(key))),
    [workflows, keys],
  );
  const known = new Set(listed.map(({ key }) => key));
  const missing = [...inAddress.keys].filter((key) => keys.has(key) && !known.has(key));
  const others = useQueries({
    queries: missing.map((key) => trpc.workflow.get.queryOptions({ key }, { retry: false })),
  });
  const chosen = [...listed, ...others.flatMap(({ data }) => data ?? [])].filter(({ status }) => status === 'active');
  const isReading = others.some(({ isPending }) => isPending);
  const next = withChosen(listHref, { keys: new Set(chosen.map(({ key }) => key)), matching });
  useEffect(() => {
    const now = new URLSearchParams(window.location.search);
    const isThisList = toListHref(readListParams(now)) === listHref;
    if (isReading || !isThisList || withChosen(listHref, readChosen(now)) === next) return;
    window.history.replaceState(null, '', next);
  }, [listHref, next, isReading]);
  return chosen;
}
