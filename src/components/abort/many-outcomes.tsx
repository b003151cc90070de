'use client';
import { CircleCheck, CircleX } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import type { ManyOutcome } from './use-abort-many.ts';

const most = 500;

/** What became of each: first those that were not aborted, with the guard's own words. */
export function ManyOutcomes({
  outcomes,
  onAgain,
  onClose,
}: {
  outcomes: readonly ManyOutcome[];
  onAgain: (keys: string[]) => void;
  onClose: () => void;
}) {
  const t = useTranslations('abort');
  const summary = useRef<HTMLParagraphElement>(null);
  useEffect(() => summary.current?.focus(), []);
  const refused = outcomes.filter(({ ok }) => !ok);
  const done = outcomes.filter(({ ok }) => ok);
  const again = refused.filter(({ mayRetry }) => mayRetry).map(({ key }) => key);
  const children = done.reduce((sum, outcome) => sum + (outcome.children ?? 0), 0);
  const numbers = { done: done.length, children, refused: refused.length };
  const shown = [...refused, ...done].slice(0, most);
  return (
    <>
      <div className="flex min-h-0 flex-col gap-3 p-4">
        <p ref={summary} role="status" tabIndex={-1} className="font-medium outline-none">
          {refused.length === 0 ? t('many.allDone', numbers) : t('many.summary', numbers)}
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
        <section tabIndex={0} aria-label={t('many.outcomes')} className="overflow-y-auto rounded border">
          <ul>
            {shown.map((outcome) => (
              <Outcome key={outcome.key} outcome={outcome} />
            ))}
            {outcomes.length > most && (
              <li className="px-3 py-1.5 text-muted">{t('many.more', { count: outcomes.length - most })}</li>
            )}
          </ul>
        </section>
      </div>
      <footer className="flex justify-end gap-2 border-t px-4 py-3">
        {again.length > 0 && <Button onClick={() => onAgain(again)}>{t('many.again')}</Button>}
        <Button look="primary" onClick={onClose}>
          {t('close')}
        </Button>
      </footer>
    </>
  );
}

function Outcome({ outcome: { key, ok, position, children = 0, message } }: { outcome: ManyOutcome }) {
  const t = useTranslations('abort.many');
  const Icon = ok ? CircleCheck : CircleX;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-b px-3 py-1.5 last:border-b-0">
      <Icon className={ok ? 'size-4 self-center text-ended' : 'size-4 self-center text-refused'} aria-hidden />
      <Link href={toWorkflowHref(key)} className="min-w-0 truncate font-mono hover:underline" title={key}>
        {key}
      </Link>
      <span className={ok ? 'ml-auto text-muted' : 'basis-full pl-7 break-words text-refused'}>
        {ok ? t('at', { position: position ?? 0, children }) : (message ?? t('noAnswer'))}
      </span>
    </li>
  );
}
