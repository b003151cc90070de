'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { GuardInfo } from '#domain/guard.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

/** Switches a guard off or on again, after asking. The page shows it once the log says so. */
export function GuardSwitch({ guard: { name, enabled } }: { guard: GuardInfo }) {
  const t = useTranslations('guards');
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const verb = enabled ? 'disable' : 'enable';
  const change = useMutation(trpc.guard[verb].mutationOptions({ onSuccess: () => setOpen(false) }));
  return (
    <>
      <Button look="quiet" size="small" onClick={() => setOpen(true)}>
        {t(verb)}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={(next) => {
          change.reset();
          setOpen(next);
        }}
        title={t(`${verb}Title`, { name })}
        words={{ cancel: t('cancel'), confirm: change.isPending ? t('working') : t(verb) }}
        error={change.error}
        pending={change.isPending}
        onConfirm={() => change.mutate({ name })}
      >
        {t(`${verb}About`)}
      </ConfirmDialog>
    </>
  );
}
