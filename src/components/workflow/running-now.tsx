'use client';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { findOpenRound } from '../abort/find-open-round.ts';
import { ClockTime, Duration } from '../time/time.tsx';
import { toLastEventsInput } from './proof-input.ts';
import { joinPages } from './read-trail.ts';
import { useTrailEnd } from './use-trail.ts';
import { WaitingForAdapter } from './waiting-for-adapter.tsx';

/** What a workflow does at this moment: a role since when and where, or what it waits for. */
export function RunningNow({ workflow: { key, name, role, round, resumeAt, waitingFor } }: { workflow: Workflow }) {
  const t = useTranslations('workflow.header');
  const pages = useTrailEnd(toLastEventsInput(key), { enabled: role !== null });
  if (role === null && (waitingFor !== null || resumeAt !== null)) {
    const time = () => resumeAt && <ClockTime at={resumeAt} />;
    if (waitingFor === null) return t.rich('resumesAt', { time });
    return resumeAt === null
      ? t('waitingFor', { kind: waitingFor })
      : t.rich('waitingForUntil', { kind: waitingFor, time });
  }
  if (role === null && round === 0) return <WaitingForAdapter name={name} />;
  if (role === null) return <span className="text-muted">{t('betweenRounds')}</span>;
  const open = findOpenRound(joinPages(pages ?? []), round);
  const duration = () => open && <Duration from={open.since} to={null} />;
  return (
    <>
      <span className="font-mono">{role}</span>
      {open && (
        <span className="text-muted">
          {' '}
          {open.adapter ? t.rich('forOn', { duration, adapter: open.adapter }) : t.rich('for', { duration })}
        </span>
      )}
    </>
  );
}
