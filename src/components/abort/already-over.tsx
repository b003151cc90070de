'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { Ago } from '../time/time.tsx';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Status } from '../ui/status.tsx';
import { toWorkflowHref } from '../workflow/href.ts';

/** What the dialog says once the workflow is over: there is nothing left to abort. */
export function AlreadyOver({ workflow, error, onClose }: { workflow: Workflow; error: unknown; onClose: () => void }) {
  const t = useTranslations('abort');
  const sayError = useErrorMessage();
  const { key, status, abortedBy, reason, outcome, updatedAt, endedAt } = workflow;
  const ago = () => <Ago at={endedAt ?? updatedAt} />;
  const who = abortedBy?.name ?? t('over.someone');
  return (
    <div className="flex flex-col gap-4 p-4">
      <div role="status" className="flex flex-col gap-2">
        <Status status={status} outcome={outcome} />
        <p>
          {status === 'aborted'
            ? reason
              ? t.rich('over.abortedWhy', { who, ago, reason })
              : t.rich('over.aborted', { who, ago })
            : outcome
              ? t.rich('over.endedWith', { ago, outcome })
              : t.rich('over.ended', { ago })}
        </p>
      </div>
      {error ? <p className="rounded bg-refused-soft px-3 py-2 text-refused">{sayError(error)}</p> : null}
      <footer className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('close')}</Button>
        <Link href={toWorkflowHref(key)} onClick={onClose} className={buttonClasses('primary')}>
          {t('over.trail')}
        </Link>
      </footer>
    </div>
  );
}
