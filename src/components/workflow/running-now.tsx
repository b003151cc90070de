'use client';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { useFromNow } from '../time/now.tsx';
import { ClockTime, Duration } from '../time/time.tsx';
import { useOpenRound } from './use-rounds.ts';
import { WaitingForAdapter } from './waiting-for-adapter.tsx';

/** What has done nothing for so long between two rounds may wait for an adapter. */
const restMs = 5_000;

/** What a workflow does at this moment: a role since when and where, or what it waits for. */
export function RunningNow({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflow.header');
  const { name, role, round, resumeAt, waitingFor, updatedAt } = workflow;
  const open = useOpenRound(workflow);
  const isResting = useFromNow((now) => now - Date.parse(updatedAt) > restMs);
  if (role === null && (waitingFor !== null || resumeAt !== null)) {
    const time = () => resumeAt && <ClockTime at={resumeAt} />;
    if (waitingFor === null) return t.rich('resumesAt', { time });
    return resumeAt === null
      ? t('waitingFor', { kind: waitingFor })
      : t.rich('waitingForUntil', { kind: waitingFor, time });
  }
  if (role === null && round === 0) return <WaitingForAdapter name={name}>{t('waitingForAdapter')}</WaitingForAdapter>;
  if (role === null) {
    const word = t('betweenRounds');
    return isResting ? (
      <WaitingForAdapter name={name}>{word}</WaitingForAdapter>
    ) : (
      <span className="text-muted">{word}</span>
    );
  }
  const duration = () => open && <Duration from={open.startedAt} to={null} />;
  return (
    <>
      <span className="font-mono">{role}</span>
      {open && <span className="text-muted"> {t.rich('forOn', { duration, adapter: open.adapter })}</span>}
    </>
  );
}
