'use client';
import { clsx } from 'clsx';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { useInBrowser } from '../time/now.tsx';

export const themes = [
  { name: 'system', Icon: Monitor },
  { name: 'light', Icon: Sun },
  { name: 'dark', Icon: Moon },
] as const;

/** System, light or dark. */
export function ThemeToggle() {
  const t = useTranslations('shell.theme');
  const { theme, setTheme } = useTheme();
  const chosen = useInBrowser() ? theme : undefined;
  return (
    <fieldset className="flex gap-0.5">
      <legend className="sr-only">{t('label')}</legend>
      {themes.map(({ name, Icon }) => (
        <button
          key={name}
          type="button"
          aria-label={t(name)}
          title={t(name)}
          aria-pressed={chosen === name}
          onClick={() => setTheme(name)}
          className={clsx(
            'grid size-7 place-items-center rounded',
            chosen === name ? 'bg-raised text-text' : 'text-muted hover:bg-raised hover:text-text',
          )}
        >
          <Icon className="size-4" aria-hidden />
        </button>
      ))}
    </fieldset>
  );
}
