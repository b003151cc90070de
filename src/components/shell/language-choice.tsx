'use client';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useTransition } from 'react';
import { type Locale, languages, localeCookie, locales } from '#messages/locale.ts';
import { cn } from '../ui/class-names.ts';

const yearSeconds = 365 * 24 * 60 * 60;

/** Chooses the language of the dashboard, for this browser. Each language is named in itself. */
export function LanguageChoice({ className }: { className?: string }) {
  const t = useTranslations('shell.language');
  const chosen = useLocale();
  const router = useRouter();
  const [isChanging, startChange] = useTransition();
  const choose = (locale: Locale) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where a page is not served securely
    document.cookie = `${localeCookie}=${locale}; path=/; max-age=${yearSeconds}; samesite=lax`;
    startChange(() => router.refresh());
  };
  return (
    <fieldset aria-busy={isChanging} className={cn('flex gap-0.5', className)}>
      <legend className="sr-only">{t('label')}</legend>
      {locales.map((locale) => (
        <button
          key={locale}
          type="button"
          lang={languages[locale].tag}
          aria-pressed={locale === chosen}
          onClick={() => choose(locale)}
          className={cn(
            'h-7 rounded px-2 text-xs text-muted hover:bg-raised hover:text-text',
            locale === chosen && 'bg-raised text-text',
          )}
        >
          {languages[locale].name}
        </button>
      ))}
    </fieldset>
  );
}
