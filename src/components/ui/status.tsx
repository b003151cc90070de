import { clsx } from 'clsx';
import { CircleCheck, CircleDot, OctagonX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Status as StatusName } from '#domain/workflow.ts';
import { isBadEnding } from './ending.ts';
import { endingLooks } from './outcome.tsx';

const looks = {
  active: { Icon: CircleDot, colour: 'text-active', soft: 'bg-active-soft' },
  aborted: { Icon: OctagonX, colour: 'text-aborted', soft: 'bg-aborted-soft' },
  ended: { Icon: CircleCheck, colour: 'text-ended', soft: 'bg-ended-soft' },
} satisfies Record<StatusName, unknown>;

/** A status: icon, word and colour. What ended badly has another icon and colour than what is done. */
export function Status({
  status,
  outcome,
  badge = false,
}: {
  status: StatusName;
  outcome: string | null;
  badge?: boolean;
}) {
  const t = useTranslations('ui.status');
  const { Icon, colour, soft } = status === 'ended' && isBadEnding(outcome) ? endingLooks[outcome] : looks[status];
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 font-medium whitespace-nowrap',
        colour,
        badge && ['rounded px-2 py-0.5', soft],
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      {t(status)}
    </span>
  );
}
