import { Check } from 'lucide-react';
import type { Workflow } from '#domain/workflow.ts';
import { formatDuration } from '../time/format-time.ts';
import type { Proof } from './proof.ts';

/** “Abort accepted at 4,812 · coder's process gone 38 ms later (SIGTERM) · 1 late write refused.” */
export function ProofLine({ proof, workflow }: { proof: Proof; workflow: Workflow }) {
  const { acceptedAt, lateWrites } = proof;
  const parts = [
    `Abort accepted at ${acceptedAt.toLocaleString('en-US')}`,
    sayStop(proof, workflow),
    lateWrites > 0 ? `${lateWrites} late ${lateWrites === 1 ? 'write' : 'writes'} refused` : null,
  ].filter((part) => part !== null);
  return (
    <ul aria-label="Proof" className="flex flex-wrap gap-x-4 gap-y-1">
      {parts.map((part) => (
        <li key={part} className="flex items-center gap-1.5">
          <Check className="size-3.5 shrink-0" aria-hidden />
          {part}
        </li>
      ))}
      {workflow.role !== null && <li className="text-muted">waiting for {workflow.role} to be gone…</li>}
    </ul>
  );
}

function sayStop({ stopped }: Proof, { role }: Workflow): string | null {
  if (!stopped) return role === null ? 'nothing was running' : null;
  const { role: name, how, tookMs } = stopped;
  const later = tookMs === null ? '' : ` ${formatDuration(tookMs, { precise: true })} later`;
  if (how === 'lost') return `${name} was lost with its adapter`;
  if (how === 'abandoned') return `${name} did not stop; nothing it writes is accepted`;
  return `${name}'s process gone${later}${how?.startsWith('SIG') ? ` (${how})` : ''}`;
}
