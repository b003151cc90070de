'use client';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { Button } from '../ui/button.tsx';
import { isTyping } from '../ui/keyboard.ts';
import type { Selection } from './use-selection.ts';

/** What can be done with the rows that are chosen. Escape lets go of them. */
export function SelectionBar({
  selection,
  count,
  onAbort,
}: {
  selection: Selection;
  /** How many of those chosen are still active. */
  count: number;
  onAbort: () => void;
}) {
  const t = useTranslations('list.selection');
  const { matching, clear, selectShown, selectMatching } = selection;
  const isShown = matching || count > 0;
  useEffect(() => {
    if (!isShown) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isTyping(event)) clear();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [isShown, clear]);
  if (!isShown) return null;
  return (
    <section
      aria-label={t('label')}
      className="fixed inset-x-3 bottom-16 z-30 mx-auto flex w-fit max-w-full flex-wrap items-center gap-x-3 gap-y-1 rounded border border-edge/60 bg-surface px-3 py-2 lg:left-55 lg:bottom-4"
    >
      <span role="status" className="font-medium">
        {matching ? t('all') : t('count', { count })}
      </span>
      {!matching && (
        <>
          <Button look="quiet" onClick={selectShown} size="tight" className="max-sm:hidden">
            {t('selectLoaded')}
          </Button>
          <Button look="quiet" onClick={selectMatching} size="tight">
            {t('selectAll')}
          </Button>
        </>
      )}
      <Button look="danger" onClick={onAbort}>
        {t('abort')}
      </Button>
      <Button look="quiet" aria-label={t('clear')} title={t('clear')} onClick={clear} size="tight">
        <X aria-hidden />
      </Button>
    </section>
  );
}
