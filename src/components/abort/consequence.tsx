'use client';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { Duration } from '../time/time.tsx';
import { useTrailEnd } from '../workflow/use-trail.ts';
import { findOpenRound } from './find-open-round.ts';

/** Says exactly what an abort will do to the workflow as it is at this moment. */
export function Consequence({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('abort');
  const { key, round, role } = workflow;
  const pages = useTrailEnd({ key, order: 'desc', limit: 20 }, { enabled: role !== null });
  const name = { key: () => <code className="rounded bg-raised px-1 font-mono break-all">{key}</code>, round };
  if (role === null) return <p>{t.rich('idle', name)}</p>;
  const running = { ...name, role: () => <code className="rounded bg-raised px-1 font-mono">{role}</code> };
  const open = findOpenRound(pages?.flatMap(({ entries }) => entries) ?? [], round);
  if (!open) return <p>{t.rich('running', running)}</p>;
  const since = { ...running, duration: () => <Duration from={open.since} to={null} /> };
  return (
    <p>{open.adapter ? t.rich('runningOn', { ...since, adapter: open.adapter }) : t.rich('runningSince', since)}</p>
  );
}
