'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId, useRef } from 'react';
import { limits } from '#domain/limits.ts';
import type { Workflow } from '#domain/workflow.ts';
import { findWorkflow } from '../live/apply-to-cache.ts';
import { useTRPCClient } from '../trpc/trpc.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { AbortForm } from './abort-form.tsx';
import type { AbortTarget } from './abort-target.ts';
import { ManyList } from './many-list.tsx';
import { ManyOutcomes } from './many-outcomes.tsx';
import { useAbortManyKeys } from './use-abort-many.ts';

/** More than so many are confirmed by typing their number. */
const mostUntyped = 5;

/** Aborts many workflows: what will be aborted, the reason for all of it, and then what became of each. */
export function AbortMany({
  target,
  open,
  onOpenChange,
}: {
  target: Exclude<AbortTarget, { type: 'one' }>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('abort');
  const sayError = useErrorMessage();
  const { keys, known, children, more, error, refetch } = useTargets(target);
  const { abort, outcomes, isPending } = useAbortManyKeys();
  const reason = useRef('');
  const close = () => onOpenChange(false);
  const count = keys?.length ?? 0;
  const begin = (given: string) => {
    reason.current = given;
    void abort(keys ?? [], given).then(() => target.type === 'matching' && target.onAborted());
  };
  const title = keys === undefined ? t('titleMatching') : t('titleMany', { count });
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} wide>
      {error ? (
        <div role="alert" className="flex flex-col items-start gap-3 p-4">
          <p>{sayError(error)}</p>
          <Button onClick={refetch}>{t('many.again')}</Button>
        </div>
      ) : keys === undefined ? (
        <p role="status" className="p-4 text-muted">
          {t('many.reading')}
        </p>
      ) : count === 0 ? (
        <div className="flex flex-col gap-4 p-4">
          <p role="status">{t('many.none')}</p>
          <Button onClick={close} className="self-end">
            {t('close')}
          </Button>
        </div>
      ) : outcomes.size > 0 && !isPending ? (
        <ManyOutcomes
          outcomes={keys.flatMap((key) => outcomes.get(key) ?? [])}
          onAgain={(failed) => void abort(failed, reason.current)}
          onClose={close}
        />
      ) : (
        <AbortForm
          verb={t('submitMany', { count })}
          about={
            <>
              <p>
                {t('many.about')}
                {children > 0 && ` ${t('many.childrenToo', { count: children })}`}
              </p>
              {more && <p className="text-refused">{t('many.tooMany', { count })}</p>}
              <ManyList keys={keys} known={known} />
            </>
          }
          typed={count > mostUntyped ? count : null}
          pending={isPending ? t('progress', { done: outcomes.size, count }) : null}
          onAbort={begin}
          onCancel={close}
        />
      )}
    </Dialog>
  );
}

/** The workflows that are meant, and how many others go with them. The server is asked: it knows more than what this tab has read. */
function useTargets(target: Exclude<AbortTarget, { type: 'one' }>) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const asked =
    target.type === 'matching'
      ? { filter: target.filter }
      : { keys: target.workflows.slice(0, limits.pageItems).map(({ key }) => key) };
  // A dialog asks for itself: what one before it was told is over.
  const dialog = useId();
  const dryRun = useQuery({
    queryKey: ['abort.dry-run', dialog, asked],
    queryFn: () => client.workflow.abortMany.mutate({ ...asked, dryRun: true }),
    gcTime: 0,
  });
  const find = (key: string): Workflow | undefined => findWorkflow(queryClient, key);
  const refetch = () => void dryRun.refetch();
  const children = dryRun.data?.results.reduce((sum, outcome) => sum + (outcome.children ?? 0), 0) ?? 0;
  if (target.type === 'several') {
    const byKey = new Map(target.workflows.map((workflow) => [workflow.key, workflow]));
    const known = (key: string) => find(key) ?? byKey.get(key);
    return { keys: [...byKey.keys()], known, children, more: false, error: null, refetch };
  }
  const { data, error } = dryRun;
  const keys = data?.results.filter(({ ok }) => ok).map(({ key }) => key);
  return { keys, known: find, children, more: data?.more ?? false, error, refetch };
}
