import { CircleOff, ShieldAlert, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import type { GuardInfo } from '#domain/guard.ts';
import { logKey } from '#domain/guard-change.ts';
import { toEventsHref } from '../events/events-params.ts';
import { Ago } from '../time/time.tsx';
import { cn } from '../ui/class-names.ts';

const looks = {
  decides: { Icon: ShieldCheck, word: 'Decides', colour: 'bg-active-soft text-active' },
  broken: { Icon: ShieldAlert, word: 'Refuses: can’t be asked', colour: 'bg-aborted-soft text-aborted' },
  off: { Icon: CircleOff, word: 'Off', colour: 'border text-muted' },
} as const;

/** Whether a guard decides, in a word, an icon and a colour. */
export function GuardStanding({ guard: { enabled, problem } }: { guard: GuardInfo }) {
  const { Icon, word, colour } = looks[!enabled ? 'off' : problem ? 'broken' : 'decides'];
  return (
    <span className={cn('inline-flex items-center gap-1.5 rounded px-2 py-0.5 font-medium whitespace-nowrap', colour)}>
      <Icon className="size-4 shrink-0" aria-hidden />
      {word}
    </span>
  );
}

/** Where a guard comes from: that Pulse ships it, or which version someone put in force or switched off, and when. */
export function GuardOrigin({ guard: { shipped, version, enabled, since } }: { guard: GuardInfo }) {
  if (shipped) return <span>Shipped with Pulse</span>;
  return (
    <>
      <span title={version}>
        Version <code className="font-mono text-xs">{version.slice(0, 8)}</code>
      </span>
      {since && (
        <span>
          {' · '}
          <Link href={toEventsHref({ kind: '', key: logKey })} className="rounded underline hover:text-text">
            {enabled ? 'put in force' : 'switched off'}
          </Link>{' '}
          by {since.actor.name}, <Ago at={since.occurredAt} />
        </span>
      )}
    </>
  );
}
