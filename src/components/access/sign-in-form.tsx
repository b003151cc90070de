'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { FormEvent } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, Problem } from './field.tsx';
import { postAuth } from './post-auth.ts';

/** Signs in with a password, or through the provider that the server is set up for. */
export function SignInForm({
  to,
  provider,
  problem,
}: {
  to: string;
  provider: string | null;
  problem: 'noRole' | 'providerFailed' | null;
}) {
  const t = useTranslations('access');
  const signIn = useMutation({
    mutationFn: (entered: { email: string; password: string }) => postAuth('/sign-in/email', entered),
    onSuccess: () => window.location.assign(to),
  });
  const throughProvider = useMutation({
    mutationFn: () =>
      postAuth<{ url: string }>('/sign-in/social', { provider: 'oidc', callbackURL: to, errorCallbackURL: '/sign-in' }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const pending = signIn.isPending || signIn.isSuccess;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    if (!pending) signIn.mutate({ email: String(entered.get('email')), password: String(entered.get('password')) });
  };
  const error = signIn.error ?? throughProvider.error ?? (problem ? new Error(t(`signIn.${problem}`)) : null);
  return (
    <div className="flex flex-col gap-4">
      <h1 className="text-lg font-semibold">{t('signIn.title')}</h1>
      <Problem error={error} />
      {provider && (
        <>
          <Button
            look="primary"
            size="large"
            disabled={throughProvider.isPending}
            onClick={() => throughProvider.mutate()}
          >
            {t('signIn.provider', { name: provider })}
          </Button>
          <p className="flex items-center gap-3 text-xs text-muted before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
            {t('signIn.or')}
          </p>
        </>
      )}
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field label={t('email')} name="email" type="email" autoComplete="username" required />
        <Field label={t('password')} name="password" type="password" autoComplete="current-password" required />
        <Button type="submit" look={provider ? 'plain' : 'primary'} size="large" disabled={pending}>
          {t(pending ? 'signIn.pending' : 'signIn.action')}
        </Button>
      </form>
      <p className="text-xs text-muted">{t('signIn.help')}</p>
    </div>
  );
}
