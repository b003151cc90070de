'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Workflow } from '#domain/workflow.ts';
import { useLive } from '../live/live-provider.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Dialog } from '../ui/dialog.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { AbortForm } from './abort-form.tsx';
import { AlreadyOver } from './already-over.tsx';
import { makeCommandId } from './command-id.ts';
import { rememberReason } from './recent-reasons.ts';

/**
 * Asks for a reason and aborts. It follows the workflow while it is open: what is over meanwhile can't be aborted here.
 *
 * One opened dialog is one command, so that trying again after a lost answer never aborts twice.
 */
export function AbortDialog({
  workflow: asked,
  open,
  onOpenChange,
}: {
  workflow: Workflow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const trpc = useTRPC();
  const live = useLive();
  const [commandId] = useState(makeCommandId);
  const { key } = asked;
  const { data: workflow } = useQuery(trpc.workflow.get.queryOptions({ key }, { initialData: asked }));
  const abort = useMutation(
    trpc.workflow.abort.mutationOptions({
      onSuccess: (answer, { reason }) => {
        rememberReason(reason ?? '');
        onOpenChange(false);
        live.place(answer.workflow);
        toast.success(`Aborted ${key}`, {
          description: (
            <Link href={toWorkflowHref(key)} className="underline underline-offset-2">
              Accepted at {answer.event.position.toLocaleString('en-US')}: see its trail
            </Link>
          ),
        });
      },
    }),
  );
  const isOver = workflow.status !== 'active' && !abort.isPending;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={
        <>
          Abort <span className="font-mono break-all">{key}</span>
        </>
      }
    >
      {isOver ? (
        <AlreadyOver workflow={workflow} error={abort.error} onClose={() => onOpenChange(false)} />
      ) : (
        <AbortForm
          workflow={workflow}
          error={abort.error}
          pending={abort.isPending}
          onAbort={(reason) => abort.mutate({ key, reason: reason || undefined, commandId })}
          onCancel={() => onOpenChange(false)}
        />
      )}
    </Dialog>
  );
}
