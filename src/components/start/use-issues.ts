'use client';
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { dropIssues, type Issues } from './issues.tsx';

/** Holds what is wrong in a form. What is reported comes into sight; what is then changed is forgotten. */
export function useIssues(form: RefObject<HTMLFormElement | null>) {
  const [issues, setIssues] = useState<Issues>([]);
  const [reported, setReported] = useState<Issues>([]);
  useEffect(() => {
    // Not for every change of the issues: one that is forgotten must not take the focus from where someone types.
    if (reported.length > 0 && form.current) showFirstWrong(form.current);
  }, [reported, form]);
  const forget = useCallback((path: string) => setIssues((known) => dropIssues(known, path)), []);
  const report = useCallback((found: Issues) => {
    setIssues(found);
    setReported(found);
  }, []);
  const clear = useCallback(() => setIssues([]), []);
  const context = useMemo(() => ({ issues, forget }), [issues, forget]);
  return { issues, context, report, clear };
}

/** Unfolds whatever hides a field in which something is wrong, and focuses the first such field. */
export function showFirstWrong(form: HTMLFormElement): void {
  for (const fold of form.querySelectorAll<HTMLDetailsElement>('details:has([aria-invalid=true])')) fold.open = true;
  const field = form.querySelector<HTMLElement>('[aria-invalid=true]');
  field?.focus({ preventScroll: true });
  field?.parentElement?.scrollIntoView({ block: 'nearest' }); // With its label, and what is wrong.
}
