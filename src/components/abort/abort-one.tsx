'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Workflow } from '#domain/workflow.ts';
import { ChildrenNotice } from '../children/children-notice.tsx';
import { useLive } from '../live/live-provider.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Dialog } from '../ui/dialog.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { AbortForm } from './abort-form.tsx';
import { AlreadyOver } from './already-over.tsx';
import { makeCommandId } from './command-id.ts';
import { Consequence } from './consequence.tsx';
import { rememberReason } from './recent-reasons.ts';
import { useAbortPolicy } from './use-abort-policy.ts';

/**
 * Aborts one workflow. What is over meanwhile can't be aborted here.
 *
 * One opened dialog is one command, so that trying again after a lost answer never aborts twice.
 */
export function AbortOne({
  workflow: asked,
  open,
  onOpenChange,
}: {
  workflow: Workflow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('abort');
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
        toast.success(t('done', { key, children: answer.children }), {
          description: (
            <Link href={toWorkflowHref(key)} className="underline underline-offset-2">
              {t('accepted', { position: answer.event.position })}
            </Link>
          ),
        });
      },
    }),
  );
  const request = useMutation(
    trpc.workflow.requestAbort.mutationOptions({
      onSuccess: (_, { reason }) => {
        rememberReason(reason ?? '');
        onOpenChange(false);
        toast.success(t('policy.requested', { key }), { description: t('policy.requestedAbout') });
      },
    }),
  );
  const { leastCharacters, mustRequest, requestedBy } = useAbortPolicy(key);
  const ask = mustRequest ? request : abort;
  const isOver = workflow.status !== 'active' && !abort.isPending;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t.rich('title', { key: () => <span className="font-mono break-all">{key}</span> })}
    >
      {isOver ? (
        <AlreadyOver workflow={workflow} error={abort.error} onClose={() => onOpenChange(false)} />
      ) : (
        <AbortForm
          verb={t(mustRequest ? 'policy.submitRequest' : 'submit')}
          about={
            mustRequest ? (
              <p>{t(requestedBy ? 'policy.askedAlready' : 'policy.needsTwo')}</p>
            ) : (
              <>
                {requestedBy && <p>{t('policy.confirms', { who: requestedBy })}</p>}
                <Consequence workflow={workflow} />
                <ChildrenNotice parent={key} />
              </>
            )
          }
          leastCharacters={leastCharacters}
          error={ask.error}
          pending={ask.isPending ? t('pending') : null}
          onAbort={(reason) => ask.mutate({ key, reason: reason || undefined, commandId })}
          onCancel={() => onOpenChange(false)}
        />
      )}
    </Dialog>
  );
}
