'use client';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { ClockTime, Duration } from '../time/time.tsx';
import { useOpenRound } from './use-rounds.ts';
import { WaitingForAdapter } from './waiting-for-adapter.tsx';

/** What a workflow does at this moment: a role since when and where, or what it waits for. */
export function RunningNow({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflow.header');
  const { name, role, round, resumeAt, waitingFor } = workflow;
  const open = useOpenRound(workflow);
  if (role === null && (waitingFor !== null || resumeAt !== null)) {
    const time = () => resumeAt && <ClockTime at={resumeAt} />;
    if (waitingFor === null) return t.rich('resumesAt', { time });
    return resumeAt === null
      ? t('waitingFor', { kind: waitingFor })
      : t.rich('waitingForUntil', { kind: waitingFor, time });
  }
  if (role === null && round === 0) return <WaitingForAdapter name={name} />;
  if (role === null) return <span className="text-muted">{t('betweenRounds')}</span>;
  const duration = () => open && <Duration from={open.startedAt} to={null} />;
  return (
    <>
      <span className="font-mono">{role}</span>
      {open && <span className="text-muted"> {t.rich('forOn', { duration, adapter: open.adapter })}</span>}
    </>
  );
}
