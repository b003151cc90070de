'use client';
import { useQuery } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { GuardDecision } from '#domain/guard.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { StateDiff } from '../ui/state-diff.tsx';

/** Which guards saw an event, and what each knew of the key before and after it. */
export function EntryDecisions({ workflowKey, position }: { workflowKey: string; position: number }) {
  const t = useTranslations('workflow.decisions');
  const trpc = useTRPC();
  const say = useErrorMessage();
  const replay = useQuery(trpc.workflow.replay.queryOptions({ key: workflowKey, position }));
  const asked = replay.data?.guards.filter(({ source }) => source !== null) ?? [];
  return (
    <section aria-label={t('title')} className="rounded border bg-surface">
      <h4 className="border-b px-3 py-1 text-xs text-muted">{t('title')}</h4>
      {replay.isPending ? (
        <p role="status" className="breathe px-3 py-2 text-muted">
          {t('loading')}
        </p>
      ) : replay.isError ? (
        <p className="px-3 py-2 text-refused">{t('failed', { message: say(replay.error) })}</p>
      ) : asked.length === 0 ? (
        <p className="px-3 py-2 text-muted">{t('none')}</p>
      ) : (
        <ul>
          {asked.map((decision) => (
            <Decision key={decision.name} decision={decision} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Decision({ decision: { name, version, source, before, after, problem } }: { decision: GuardDecision }) {
  const t = useTranslations('workflow.decisions');
  const Icon = problem ? ShieldAlert : ShieldCheck;
  return (
    <li className="grid gap-x-4 gap-y-1 px-3 py-1.5 not-last:border-b sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <div className="min-w-0">
        <p className="flex items-center gap-1.5">
          <Icon className="size-3.5 shrink-0 text-muted" aria-hidden />
          <Link
            href={`/guards#${name}`}
            title={t('version', { version: version.slice(0, 8) })}
            className="min-w-0 rounded font-mono text-xs font-medium break-words hover:underline"
          >
            {name}
          </Link>
        </p>
        <p className="text-xs break-words text-muted">
          {t('rule')} <span className="font-mono">{source?.kind}</span>
        </p>
      </div>
      {problem ? <p className="text-refused">{problem}</p> : <StateDiff before={before} after={after} />}
    </li>
  );
}
