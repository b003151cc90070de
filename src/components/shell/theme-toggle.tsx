'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useInBrowser } from '../time/now.tsx';
import { cn } from '../ui/class-names.ts';

const themes = [
  { name: 'system', word: 'Theme of the system', Icon: Monitor },
  { name: 'light', word: 'Light theme', Icon: Sun },
  { name: 'dark', word: 'Dark theme', Icon: Moon },
];

/** System, light or dark. */
export function ThemeToggle() {
  const { theme, setTheme } = useTheme();
  const chosen = useInBrowser() ? theme : undefined;
  return (
    <fieldset className="flex gap-0.5">
      <legend className="sr-only">Theme</legend>
      {themes.map(({ name, word, Icon }) => (
        <button
          key={name}
          type="button"
          aria-label={word}
          title={word}
          aria-pressed={chosen === name}
          onClick={() => setTheme(name)}
          className={cn(
            'grid size-7 place-items-center rounded text-muted hover:bg-raised hover:text-text',
            chosen === name && 'bg-raised text-text',
          )}
        >
          <Icon className="size-4" aria-hidden />
        </button>
      ))}
    </fieldset>
  );
}
