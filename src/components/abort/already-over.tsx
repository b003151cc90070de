'use client';
import Link from 'next/link';
import type { Workflow } from '#domain/workflow.ts';
import { Ago } from '../time/time.tsx';
import { readError } from '../trpc/errors.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Status } from '../ui/status.tsx';
import { toWorkflowHref } from '../workflow/href.ts';

/** What the dialog says once the workflow is over: there is nothing left to abort. */
export function AlreadyOver({ workflow, error, onClose }: { workflow: Workflow; error: unknown; onClose: () => void }) {
  const { key, status, abortedBy, reason, outcome, updatedAt, endedAt } = workflow;
  return (
    <div className="flex flex-col gap-4 p-4">
      <div role="status" className="flex flex-col gap-2">
        <Status status={status} outcome={outcome} />
        {status === 'aborted' ? (
          <p>
            {abortedBy?.name ?? 'Someone'} aborted it <Ago at={endedAt ?? updatedAt} />
            {reason ? `: “${reason}”` : ', without a reason'}. There is nothing left to abort.
          </p>
        ) : (
          <p>
            It ended <Ago at={endedAt ?? updatedAt} />
            {outcome && ` with the outcome “${outcome}”`}. There is nothing left to abort.
          </p>
        )}
      </div>
      {error ? <p className="rounded bg-refused-soft px-3 py-2 text-refused">{readError(error).message}</p> : null}
      <footer className="flex justify-end gap-2">
        <Button onClick={onClose}>Close</Button>
        <Link href={toWorkflowHref(key)} onClick={onClose} className={buttonClasses('primary')}>
          See its trail
        </Link>
      </footer>
    </div>
  );
}
