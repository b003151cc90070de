'use client';
import { clsx } from 'clsx';
import { CircleOff, ShieldAlert, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { GuardInfo } from '#domain/guard.ts';
import { logKey } from '#domain/guard-change.ts';
import { toEventsHref } from '../events/events-params.ts';
import { Ago } from '../time/time.tsx';

const looks = {
  decides: { Icon: ShieldCheck, colour: 'bg-active-soft text-active' },
  broken: { Icon: ShieldAlert, colour: 'bg-aborted-soft text-aborted' },
  off: { Icon: CircleOff, colour: 'border text-muted' },
} as const;

/** Whether a guard decides, in a word, an icon and a colour. */
export function GuardStanding({ guard: { enabled, problem } }: { guard: GuardInfo }) {
  const t = useTranslations('guards');
  const standing = !enabled ? 'off' : problem ? 'broken' : 'decides';
  const { Icon, colour } = looks[standing];
  return (
    <span
      className={clsx('inline-flex items-center gap-1.5 rounded px-2 py-0.5 font-medium whitespace-nowrap', colour)}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      {t(standing)}
    </span>
  );
}

/** Where a guard comes from: that Pulse ships it, or which version someone put in force or switched off, and when. */
export function GuardOrigin({ guard: { shipped, version, enabled, since } }: { guard: GuardInfo }) {
  const t = useTranslations('guards');
  if (shipped) return <span>{t('shipped')}</span>;
  const code = () => <code className="font-mono text-xs">{version.slice(0, 8)}</code>;
  const link = (text: ReactNode) => (
    <Link href={toEventsHref({ key: logKey })} className="rounded underline hover:text-text">
      {text}
    </Link>
  );
  return (
    <>
      <span title={version}>{t.rich('version', { version: code })}</span>
      {since && (
        <span>
          {' · '}
          {t.rich(enabled ? 'inForce' : 'switchedOff', {
            link,
            who: since.actor.name,
            ago: () => <Ago at={since.occurredAt} />,
          })}
        </span>
      )}
    </>
  );
}
