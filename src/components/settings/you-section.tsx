'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { FormEvent } from 'react';
import { toast } from 'sonner';
import { Field, NewPasswordField, Problem } from '../access/field.tsx';
import { useSignOut } from '../access/use-sign-out.ts';
import type { Viewer } from '../access/viewer.tsx';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Section } from './section.tsx';

/** Who one is here, one's password, and the way out of everywhere. */
export function YouSection({ viewer }: { viewer: Viewer }) {
  const t = useTranslations('settings.you');
  const roles = useTranslations('access.roles');
  const { signOut, pending } = useSignOut();
  const access = 'role' in viewer.access ? roles(viewer.access.role) : viewer.access.scopes.join(', ');
  return (
    <Section title={t('title')} about={t('about', { name: viewer.name, access })}>
      {viewer.type === 'user' && (
        <>
          <PasswordForm />
          <div className="flex flex-wrap gap-2 border-t pt-4">
            <Button disabled={pending} onClick={() => signOut({ everywhere: false })}>
              {t('signOut')}
            </Button>
            <Button disabled={pending} onClick={() => signOut({ everywhere: true })}>
              {t('signOutEverywhere')}
            </Button>
          </div>
        </>
      )}
    </Section>
  );
}

function PasswordForm() {
  const t = useTranslations('settings.you');
  const trpc = useTRPC();
  const change = useMutation(
    trpc.session.changePassword.mutationOptions({
      onSuccess: () => toast.success(t('changed')),
    }),
  );
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entered = new FormData(form);
    const input = { current: String(entered.get('current')), next: String(entered.get('next')) };
    await change.mutateAsync(input).then(
      () => form.reset(),
      () => {},
    );
  };
  return (
    <form onSubmit={onSubmit} className="grid grid-cols-1 gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-start">
      <Field label={t('current')} name="current" type="password" autoComplete="current-password" required />
      <NewPasswordField label={t('next')} name="next" />
      <Button type="submit" size="large" className="sm:mt-6" disabled={change.isPending}>
        {t('change')}
      </Button>
      <div className="sm:col-span-3 empty:hidden">
        <Problem error={change.error && readError(change.error)} />
      </div>
    </form>
  );
}
