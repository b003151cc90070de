'use client';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { AbortDialog } from './abort-dialog.tsx';

const AbortContext = createContext<(workflow: Workflow) => void>(() => {});

/** Holds the one dialog that aborts, for every place that has an Abort button. */
export function AbortProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ workflow: Workflow; times: number } | null>(null);
  const [open, setOpen] = useState(false);
  const ask = useCallback((workflow: Workflow) => {
    setAsked((last) => ({ workflow, times: (last?.times ?? 0) + 1 }));
    setOpen(true);
  }, []);
  return (
    <AbortContext value={ask}>
      {children}
      {asked && <AbortDialog key={asked.times} workflow={asked.workflow} open={open} onOpenChange={setOpen} />}
    </AbortContext>
  );
}

/** Opens the abort dialog for a workflow. */
export function useAbort(): (workflow: Workflow) => void {
  return useContext(AbortContext);
}
