'use client';
import { clsx } from 'clsx';
import { Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Kbd } from '../ui/kbd.tsx';
import { commandKey } from '../ui/keyboard.ts';
import { useOpenPalette } from './palette-provider.tsx';

/** Opens the palette, for those who do not know its key. */
export function PaletteButton({ compact = false }: { compact?: boolean }) {
  const t = useTranslations('palette');
  const open = useOpenPalette();
  return (
    <button
      type="button"
      onClick={open}
      aria-label={t('open')}
      aria-keyshortcuts="Meta+K Control+K"
      title={compact ? t('open') : undefined}
      className={clsx(
        'flex items-center rounded text-muted hover:text-text',
        compact ? 'size-7 justify-center hover:bg-raised' : 'h-8 gap-2 border bg-surface px-2',
      )}
    >
      <Search className="size-4" aria-hidden />
      {!compact && (
        <>
          <span className="truncate">{t('open')}</span>
          <span className="ml-auto flex gap-1">
            <Kbd>{commandKey}</Kbd>
            <Kbd>K</Kbd>
          </span>
        </>
      )}
    </button>
  );
}
