'use client';
import { clsx } from 'clsx';
import { useLocale, useTranslations } from 'next-intl';
import { languages, locales } from '#messages/locale.ts';
import { useChooseLocale } from './use-choose-locale.ts';

/** Chooses the language of the dashboard. Each language is named in itself. */
export function LanguageChoice({ className }: { className?: string }) {
  const t = useTranslations('shell.language');
  const chosen = useLocale();
  const { choose, isChanging } = useChooseLocale();
  return (
    <fieldset aria-busy={isChanging} className={clsx('flex gap-0.5', className)}>
      <legend className="sr-only">{t('label')}</legend>
      {locales.map((locale) => (
        <button
          key={locale}
          type="button"
          lang={languages[locale].tag}
          aria-pressed={locale === chosen}
          onClick={() => choose(locale)}
          className={clsx(
            'h-7 rounded px-2 text-xs',
            locale === chosen ? 'bg-raised text-text' : 'text-muted hover:bg-raised hover:text-text',
          )}
        >
          {languages[locale].name}
        </button>
      ))}
    </fieldset>
  );
}
