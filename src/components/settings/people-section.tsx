'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { Role } from '#domain/access.ts';
import { Field, Problem } from '../access/field.tsx';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { OnceShown } from './once-shown.tsx';
import { RoleSelect } from './role-select.tsx';
import { Section } from './section.tsx';

/** Who signs in, with which role. */
export function PeopleSection() {
  const t = useTranslations('settings.people');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const people = useQuery(trpc.person.list.queryOptions(undefined, { staleTime: 0 }));
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: trpc.person.list.queryKey() });
  const change = useMutation(trpc.person.change.mutationOptions({ onSettled: onSuccess }));
  const remove = useMutation(trpc.person.remove.mutationOptions({ onSuccess }));
  const error = people.error ?? change.error;
  return (
    <Section title={t('title')} about={t('about')}>
      <Problem error={error && readError(error)} />
      <ul className="divide-y border-y">
        {people.data?.map(({ id, name, email, role }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
            <div className="min-w-0 grow basis-40">
              <p className="truncate font-medium">{name}</p>
              <p className="truncate text-xs text-muted">{email}</p>
            </div>
            <RoleSelect
              label={t('roleOf', { name })}
              value={role}
              disabled={change.isPending}
              onChange={(next) => change.mutate({ id, role: next })}
            />
            <ConfirmButton
              aria-label={t('removeWho', { name })}
              title={t('removeTitle', { name })}
              words={{ verb: t('remove'), pending: t('removing'), cancel: words('cancel') }}
              mutation={remove}
              onConfirm={() => remove.mutateAsync({ id })}
            >
              {t('removeAbout')}
            </ConfirmButton>
          </li>
        ))}
      </ul>
      <Invite />
    </Section>
  );
}

function Invite() {
  const t = useTranslations('settings.people');
  const access = useTranslations('access');
  const trpc = useTRPC();
  const [role, setRole] = useState<Role>('operator');
  const invite = useMutation(trpc.person.invite.mutationOptions());
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    invite.mutate({ name: String(entered.get('name')), email: String(entered.get('email')), role });
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3">
      <h3 className="font-semibold">{t('invite')}</h3>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-[1fr_1fr_auto_auto] sm:items-end">
        <Field label={access('name')} name="name" maxLength={100} autoComplete="off" required />
        <Field label={access('email')} name="email" type="email" autoComplete="off" required />
        <RoleSelect label={t('role')} showLabel value={role} onChange={setRole} />
        <Button type="submit" size="large" disabled={invite.isPending}>
          {t('makeLink')}
        </Button>
      </div>
      <Problem error={invite.error && readError(invite.error)} />
      {invite.data && (
        <OnceShown label={t('link')} text={`${window.location.origin}${invite.data.path}`}>
          {t('linkAbout')}
        </OnceShown>
      )}
    </form>
  );
}
