import { clsx } from 'clsx';
import { AlarmClockOff, CircleX, Hourglass } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type BadEnding, isBadEnding } from './ending.ts';

export const endingLooks = {
  failed: { Icon: CircleX, colour: 'text-refused', soft: 'bg-refused-soft' },
  'timed-out': { Icon: AlarmClockOff, colour: 'text-refused', soft: 'bg-refused-soft' },
  'max-rounds': { Icon: Hourglass, colour: 'text-refused', soft: 'bg-refused-soft' },
} satisfies Record<BadEnding, unknown>;

/** How a workflow ended, in the definition's word. */
export function Outcome({ outcome, className }: { outcome: string | null; className?: string }) {
  const t = useTranslations('ui');
  const look = isBadEnding(outcome) && ['font-medium', endingLooks[outcome].colour];
  return (
    <span className={clsx(look, className)} title={outcome ?? undefined}>
      {outcome ?? t('noOutcome')}
    </span>
  );
}
