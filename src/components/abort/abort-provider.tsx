'use client';
import { useTranslations } from 'next-intl';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { Workflow } from '#domain/workflow.ts';
import { useMay } from '../access/viewer.tsx';
import { lazyDialog } from '../ui/lazy-dialog.tsx';
import type { AbortTarget } from './abort-target.ts';

const AbortDialog = lazyDialog(() => import('./abort-dialog.tsx').then((file) => file.AbortDialog));

const AbortContext = createContext<(target: AbortTarget) => void>(() => {});

/** Holds the one dialog that aborts, for every place that has an Abort button. */
export function AbortProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ target: AbortTarget; times: number } | null>(null);
  const [open, setOpen] = useState(false);
  const t = useTranslations('access');
  const may = useMay('workflow:abort');
  // The page does not wait for it, and nobody who wants to abort does.
  useEffect(() => void AbortDialog.fetchAhead().catch(() => {}), []);
  const ask = useCallback(
    (target: AbortTarget) => {
      if (!may) {
        toast.error(t('mayNotAbort'));
        return;
      }
      setAsked((last) => ({ target, times: (last?.times ?? 0) + 1 }));
      setOpen(true);
    },
    [may, t],
  );
  return (
    <AbortContext value={ask}>
      {children}
      {asked && (
        <AbortDialog
          key={asked.times}
          target={asked.target}
          open={open}
          onOpenChange={setOpen}
          onFailed={() => setAsked(null)}
        />
      )}
    </AbortContext>
  );
}

/** Opens the abort dialog for a workflow. */
export function useAbort(): (workflow: Workflow) => void {
  const ask = useContext(AbortContext);
  return useMemo(() => (workflow: Workflow) => ask({ type: 'one', workflow }), [ask]);
}

/** Opens the abort dialog for several workflows, or for all that a list takes. */
export function useAbortMany(): (target: Exclude<AbortTarget, { type: 'one' }>) => void {
  return useContext(AbortContext);
}
