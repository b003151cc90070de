'use client';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { Left } from '../time/time.tsx';
import { Outcome } from '../ui/outcome.tsx';
import { RoundBar } from '../ui/round-bar.tsx';

/** What a workflow does now; for one that is over, how it came to that. */
export function RunningNow({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('list.now');
  const { status, role, round, maxRounds, reason, outcome, resumeAt, waitingFor } = workflow;
  if (status === 'active') {
    return (
      <span className="flex min-w-0 items-center gap-2">
        <span className={role ? 'truncate font-medium' : 'truncate text-muted'}>
          {role ??
            (waitingFor
              ? t('forEvent', { kind: waitingFor })
              : resumeAt
                ? t.rich('until', { left: () => <Left until={resumeAt} /> })
                : t(round === 0 ? 'forAdapter' : 'between'))}
        </span>
        {round > 0 && <RoundBar round={round} maxRounds={maxRounds} />}
      </span>
    );
  }
  if (status === 'ended') return <Outcome outcome={outcome} className="block truncate" />;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate" title={reason ?? undefined}>
        {reason ?? t('noReason')}
      </span>
      {role && <span className="shrink-0 text-muted">{t('stopping', { role })}</span>}
    </span>
  );
}
