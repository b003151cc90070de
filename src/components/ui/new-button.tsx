'use client';
import { ArrowUp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from './button.tsx';

/** “12 new”: shows what was held back, from the top. */
export function NewButton({ held, onShow }: { held: number; onShow: () => void }) {
  const t = useTranslations('ui');
  if (held === 0) return null;
  return (
    <div className="sticky top-14 z-30 flex h-0 justify-center lg:top-10">
      <Button onClick={onShow} look="floating">
        <ArrowUp aria-hidden />
        {t('new', { count: held })}
      </Button>
    </div>
  );
}
