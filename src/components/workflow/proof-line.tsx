import { Check, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { formatDuration, type TimeWords } from '../time/format-time.ts';
import { cn } from '../ui/class-names.ts';
import type { Proof } from './proof.ts';

/** “Abort accepted at 4,812 · coder's process gone 38 ms later (SIGTERM) · 1 late write refused.” */
export function ProofLine({ proof, workflow }: { proof: Proof; workflow: Workflow }) {
  const { acceptedAt, lateWrites } = proof;
  const stop = sayStop(useTranslations('time'), proof, workflow);
  return (
    <ul aria-label="Proof" className="flex flex-wrap gap-x-4 gap-y-1">
      <Part>Abort accepted at {acceptedAt.toLocaleString('en-US')}</Part>
      {stop && <Part doubtful={stop.isDoubtful}>{stop.text}</Part>}
      {lateWrites > 0 && (
        <Part>
          {lateWrites} late {lateWrites === 1 ? 'write' : 'writes'} refused
        </Part>
      )}
      {workflow.role !== null && <li className="text-muted">waiting for {workflow.role} to be gone…</li>}
    </ul>
  );
}

function Part({ doubtful = false, children }: { doubtful?: boolean; children: ReactNode }) {
  const Icon = doubtful ? TriangleAlert : Check;
  return (
    <li className={cn('flex items-center gap-1.5', doubtful && 'text-refused')}>
      <Icon className="size-3.5 shrink-0" aria-hidden />
      <span>{children}</span>
    </li>
  );
}

/** What is known of the end of what ran; doubtful where nobody saw it end. */
function sayStop(
  words: TimeWords,
  { stopped }: Proof,
  { role }: Workflow,
): { text: string; isDoubtful: boolean } | null {
  if (!stopped) return role === null ? { text: 'nothing was running', isDoubtful: false } : null;
  const { role: name, how, tookMs } = stopped;
  const later = tookMs === null ? '' : ` ${formatDuration(words, tookMs, { precise: true })} later`;
  if (how === 'lost')
    return {
      text: `${name} was lost with its adapter; what it left running is stopped there, unseen`,
      isDoubtful: true,
    };
  if (how === 'abandoned') return { text: `${name} did not stop; nothing it writes is accepted`, isDoubtful: true };
  if (how === 'terminated') return { text: `${name}'s thread terminated${later}`, isDoubtful: false };
  const signal = how?.startsWith('SIG') ? ` (${how})` : '';
  return { text: `${name}'s process gone${later}${signal}`, isDoubtful: false };
}
