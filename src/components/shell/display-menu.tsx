'use client';
import { Languages } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { LanguageChoice } from './language-choice.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

/** Theme and language behind one button, for a header without room for both. */
export function DisplayMenu() {
  const t = useTranslations('shell');
  const id = useId();
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={t('display')}
        title={t('display')}
        className="grid size-7 shrink-0 place-items-center rounded text-muted hover:bg-raised hover:text-text"
      >
        <Languages className="size-4" aria-hidden />
      </button>
      <div
        id={id}
        popover="auto"
        className="fixed inset-auto top-11 right-2 m-0 rounded border bg-surface p-2 text-text"
      >
        <div className="flex flex-col gap-2">
          <ThemeToggle />
          <LanguageChoice />
        </div>
      </div>
    </>
  );
}
