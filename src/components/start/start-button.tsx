'use client';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useMay } from '../access/viewer.tsx';
import { Button } from '../ui/button.tsx';
import { LazyStartDialog } from './lazy-start-dialog.tsx';

/** Opens the dialog that starts a workflow. */
export function StartButton() {
  const t = useTranslations('start');
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const access = useTranslations('access');
  if (!useMay('workflow:start')) return <p className="text-xs text-muted">{access('startHint')}</p>;
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)} className="max-sm:order-2">
        <Plus aria-hidden />
        <span>{t.rich('open', { long: (word) => <span className="max-sm:sr-only">{word}</span> })}</span>
      </Button>
      {open && <LazyStartDialog onClose={close} onFailed={close} />}
    </>
  );
}
