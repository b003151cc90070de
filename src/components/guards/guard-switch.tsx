'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { GuardInfo } from '#domain/guard.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { ConfirmButton } from '../ui/confirm-button.tsx';

/** Switches a guard off or on again, after asking. The page shows it once the log says so. */
export function GuardSwitch({ guard: { name, enabled } }: { guard: GuardInfo }) {
  const t = useTranslations('guards');
  const trpc = useTRPC();
  const verb = enabled ? 'disable' : 'enable';
  const change = useMutation(trpc.guard[verb].mutationOptions());
  return (
    <ConfirmButton
      look="quiet"
      size="small"
      title={t(`${verb}Title`, { name })}
      words={{ verb: t(verb), pending: t('working'), cancel: t('cancel') }}
      mutation={change}
      onConfirm={() => change.mutateAsync({ name })}
    >
      {t(`${verb}About`)}
    </ConfirmButton>
  );
}
