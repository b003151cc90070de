'use client';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { Duration } from '../time/time.tsx';
import { useOpenRound } from '../workflow/use-rounds.ts';

/** Says exactly what an abort will do to the workflow as it is at this moment. */
export function Consequence({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('abort');
  const { key, round, role } = workflow;
  const open = useOpenRound(workflow);
  const name = { key: () => <code className="rounded bg-raised px-1 font-mono break-all">{key}</code>, round };
  if (role === null) return <p>{t.rich('idle', name)}</p>;
  const running = { ...name, role: () => <code className="rounded bg-raised px-1 font-mono">{role}</code> };
  if (!open) return <p>{t.rich('running', running)}</p>;
  const duration = () => <Duration from={open.startedAt} to={null} />;
  return <p>{t.rich('runningOn', { ...running, duration, adapter: open.adapter })}</p>;
}
