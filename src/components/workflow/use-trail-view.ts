'use client';
import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { readTrailView, type TrailView, toTrailQuery } from './trail-params.ts';

/** What the address says of the page, and how to change it. */
export function useTrailView(): [TrailView, (change: Partial<TrailView>) => void] {
  const query = useSearchParams();
  const view = useMemo(() => readTrailView(query), [query]);
  const change = useCallback((part: Partial<TrailView>) => {
    const now = readTrailView(new URLSearchParams(window.location.search));
    window.history.replaceState(null, '', `${window.location.pathname}${toTrailQuery({ ...now, ...part })}`);
  }, []);
  return [view, change];
}
