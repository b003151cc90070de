'use client';
import type { TimelineEntry } from '#domain/event.ts';
import type { Workflow } from '#domain/workflow.ts';
import { Ago } from '../time/time.tsx';
import { readProof } from './proof.ts';
import { ProofLine } from './proof-line.tsx';

/** Who aborted it, when and why, and the proof that it really stopped. */
export function AbortedPanel({ workflow, entries }: { workflow: Workflow; entries: readonly TimelineEntry[] }) {
  const { abortedBy, endedAt, reason } = workflow;
  const proof = readProof(entries);
  return (
    <section aria-label="Abort" className="flex flex-col gap-1.5 rounded border bg-aborted-soft px-3 py-2.5">
      <p>
        <span className="font-medium text-aborted">Aborted by {abortedBy?.name ?? 'someone'}</span>{' '}
        <span className="text-muted">
          via {abortedBy?.via ?? 'unknown'}
          {endedAt && (
            <>
              , <Ago at={endedAt} />
            </>
          )}
        </span>
      </p>
      <p className="break-words">{reason ? `“${reason}”` : <span className="text-muted">No reason was given.</span>}</p>
      {proof && <ProofLine proof={proof} workflow={workflow} />}
    </section>
  );
}
