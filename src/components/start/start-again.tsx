'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useMay } from '../access/viewer.tsx';
import { Button } from '../ui/button.tsx';
import { LazyStartDialog } from './lazy-start-dialog.tsx';

/** Opens the dialog that starts a workflow, with what another was started with. */
export function StartAgain({ workflow }: { workflow: Pick<Workflow, 'key' | 'name' | 'maxRounds'> }) {
  const t = useTranslations('start.again');
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  if (!useMay('workflow:start')) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('open')}</Button>
      {open && <LazyStartDialog like={workflow} onClose={close} onFailed={close} />}
    </>
  );
}
