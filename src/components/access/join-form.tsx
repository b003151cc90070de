'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { LinkIcon } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useRef } from 'react';
import type { Role } from '#domain/access.ts';
import { useInBrowser } from '../time/now.tsx';
import { Button, buttonClasses } from '../ui/button.tsx';
import { StateMessage } from '../ui/state-message.tsx';
import { Field, NewPasswordField, Problem } from './field.tsx';
import { postAuth } from './post-auth.ts';

type JoinLink = { for: 'set-up' } | { for: 'sign-in' } | { for: 'invitation'; email: string; name: string; role: Role };

/** Uses a one-time link up: it makes the first admin, lets in who was invited, or signs in. */
export function JoinForm() {
  const t = useTranslations('access');
  const link = useInBrowser() ? window.location.hash.slice(1) : undefined;
  const look = useQuery({
    queryKey: ['join', link],
    queryFn: () => postAuth<JoinLink>('/link/look', { link }),
    enabled: link !== undefined,
    retry: false,
  });
  const accept = useMutation({
    mutationFn: (entered: Record<string, string>) => postAuth('/link/accept', { link, ...entered }),
    onSuccess: () => window.location.replace('/'),
  });
  const once = useRef(false);
  useEffect(() => {
    if (look.data?.for !== 'sign-in' || once.current) return;
    once.current = true; // It works once only.
    accept.mutate({});
  }, [look.data, accept.mutate]);

  if (look.error || (look.data?.for === 'sign-in' && accept.error))
    return (
      <StateMessage
        heading="h1"
        icon={LinkIcon}
        title={t('join.over')}
        action={
          <Link href="/sign-in" className={buttonClasses('primary')}>
            {t('signIn.action')}
          </Link>
        }
      >
        {t('join.overAbout')}
      </StateMessage>
    );
  if (!look.data || look.data.for === 'sign-in') return <p role="status">{t('signIn.pending')}</p>;
  const invitation = look.data.for === 'invitation' ? look.data : undefined;
  const pending = accept.isPending || accept.isSuccess;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    if (!pending) accept.mutate(entered);
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <header>
        <h1 className="text-lg font-semibold">{t(invitation ? 'join.invited' : 'join.setUp')}</h1>
        <p className="text-muted">
          {invitation ? t('join.invitedAbout', { role: t(`roles.${invitation.role}`) }) : t('join.setUpAbout')}
        </p>
      </header>
      <Problem error={accept.error} />
      <Field
        label={t('name')}
        name="name"
        autoComplete="name"
        defaultValue={invitation?.name}
        maxLength={100}
        hint={t('nameHint')}
        required
      />
      <Field
        label={t('email')}
        name="email"
        type="email"
        autoComplete="username"
        defaultValue={invitation?.email}
        readOnly={invitation !== undefined}
        required
      />
      <NewPasswordField label={t('password')} name="password" />
      <Button type="submit" look="primary" size="large" disabled={pending}>
        {t(pending ? 'join.pending' : invitation ? 'join.invitedAction' : 'join.setUpAction')}
      </Button>
    </form>
  );
}
