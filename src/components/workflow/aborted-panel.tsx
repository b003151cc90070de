'use client';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { Ago } from '../time/time.tsx';
import { ProofLine } from './proof-line.tsx';
import { useProof } from './use-proof.ts';

/** Who aborted it, when and why, and the proof that it really stopped. */
export function AbortedPanel({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflow.aborted');
  const { key, abortedBy, endedAt, reason } = workflow;
  const proof = useProof(key, { enabled: true });
  return (
    <section aria-label={t('label')} className="flex flex-col gap-1.5 rounded border bg-aborted-soft px-3 py-2.5">
      <p>
        <span className="font-medium text-aborted">{t('by', { who: abortedBy?.name ?? t('someone') })}</span>{' '}
        <span className="text-muted">
          {abortedBy && t('via', { via: abortedBy.via })}
          {endedAt && (
            <>
              {' · '}
              <Ago at={endedAt} />
            </>
          )}
        </span>
      </p>
      <p className="break-words">{reason ? `“${reason}”` : <span className="text-muted">{t('noReason')}</span>}</p>
      <div className="min-h-5">{proof && <ProofLine proof={proof} workflow={workflow} />}</div>
    </section>
  );
}
