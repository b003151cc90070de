import { clsx } from 'clsx';
import { Check, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { formatDuration, type TimeWords } from '../time/format-time.ts';
import type { WorkflowWords } from './describe-entry.ts';
import type { Proof } from './proof.ts';

/** “Abort accepted at 4,812 · coder's process gone 38 ms later (SIGTERM) · 1 late write refused.” */
export function ProofLine({ proof, workflow }: { proof: Proof; workflow: Workflow }) {
  const t = useTranslations('workflow');
  const times = useTranslations('time');
  const { acceptedAt, lateWrites } = proof;
  const stop = sayStop(t, times, proof, workflow);
  return (
    <ul aria-label={t('proof.label')} className="flex flex-wrap gap-x-4 gap-y-1">
      <Part>{t('proof.accepted', { position: acceptedAt })}</Part>
      {stop && <Part doubtful={stop.isDoubtful}>{stop.text}</Part>}
      {lateWrites > 0 && <Part>{t('proof.lateWrites', { count: lateWrites })}</Part>}
      {workflow.role !== null && <li className="text-muted">{t('proof.waiting', { role: workflow.role })}</li>}
    </ul>
  );
}

function Part({ doubtful = false, children }: { doubtful?: boolean; children: ReactNode }) {
  const Icon = doubtful ? TriangleAlert : Check;
  return (
    <li className={clsx('flex items-center gap-1.5', doubtful && 'text-refused')}>
      <Icon className="size-3.5 shrink-0" aria-hidden />
      <span>{children}</span>
    </li>
  );
}

const gone = ['proof.gone', 'proof.goneLater'] as const;
const deaths = {
  terminated: ['proof.thread', 'proof.threadLater'],
  disconnected: ['proof.request', 'proof.requestLater'],
} as const;

/** What is known of the end of what ran; doubtful where nobody saw it end. */
function sayStop(
  t: WorkflowWords,
  times: TimeWords,
  { stopped }: Proof,
  { role: running }: Workflow,
): { text: string; isDoubtful: boolean } | null {
  if (!stopped) return running === null ? { text: t('proof.nothingRan'), isDoubtful: false } : null;
  const { how, tookMs } = stopped;
  const role = stopped.role ?? t('proof.theRole');
  if (how === 'lost') return { text: t('proof.lost', { role }), isDoubtful: true };
  if (how === 'abandoned') return { text: t('proof.abandoned', { role }), isDoubtful: true };
  const [plain, later] = how !== null && Object.hasOwn(deaths, how) ? deaths[how as keyof typeof deaths] : gone;
  const text =
    tookMs === null ? t(plain, { role }) : t(later, { role, after: formatDuration(times, tookMs, { precise: true }) });
  return { text: how?.startsWith('SIG') ? t('proof.signal', { text, signal: how }) : text, isDoubtful: false };
}
