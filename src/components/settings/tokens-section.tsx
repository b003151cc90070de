'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { Role } from '#domain/access.ts';
import { Field, Problem } from '../access/field.tsx';
import { Ago } from '../time/time.tsx';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { OnceShown } from './once-shown.tsx';
import { RoleSelect } from './role-select.tsx';
import { Section } from './section.tsx';

/** What tools sign in with. */
export function TokensSection() {
  const t = useTranslations('settings.tokens');
  const roles = useTranslations('access.roles');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const tokens = useQuery(trpc.token.list.queryOptions(undefined, { staleTime: 0 }));
  const reread = () => queryClient.invalidateQueries({ queryKey: trpc.token.list.queryKey() });
  const revoke = useMutation(trpc.token.revoke.mutationOptions({ onSuccess: reread }));
  return (
    <Section title={t('title')} about={t('about')}>
      <Problem error={tokens.error && readError(tokens.error)} />
      <ul className="divide-y border-y">
        {tokens.data?.map(({ id, name, role, scopes, createdAt, createdBy, expiresAt, lastUsedAt, revokedAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
            <div className="min-w-0 grow basis-40">
              <p className="truncate font-medium">{name}</p>
              <p className="text-xs break-words text-muted">
                {role ? roles(role) : scopes.join(', ')} ·{' '}
                {t.rich('made', { who: createdBy.name, ago: () => <Ago at={createdAt} /> })} ·{' '}
                {lastUsedAt ? t.rich('used', { ago: () => <Ago at={lastUsedAt} /> }) : t('neverUsed')}
                {expiresAt && ` · ${t('until', { date: expiresAt.slice(0, 10) })}`}
              </p>
            </div>
            {revokedAt ? (
              <p className="text-xs text-muted">{t.rich('revoked', { ago: () => <Ago at={revokedAt} /> })}</p>
            ) : (
              <ConfirmButton
                aria-label={t('revokeWhich', { name })}
                title={t('revokeTitle', { name })}
                words={{ verb: t('revoke'), pending: t('revoking'), cancel: words('cancel') }}
                mutation={revoke}
                onConfirm={() => revoke.mutateAsync({ id })}
              >
                {t('revokeAbout')}
              </ConfirmButton>
            )}
          </li>
        ))}
      </ul>
      <CreateToken onCreated={reread} />
    </Section>
  );
}

function CreateToken({ onCreated }: { onCreated: () => void }) {
  const t = useTranslations('settings.tokens');
  const access = useTranslations('access');
  const people = useTranslations('settings.people');
  const trpc = useTRPC();
  const [role, setRole] = useState<Role>('operator');
  const create = useMutation(trpc.token.create.mutationOptions({ onSuccess: onCreated }));
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const scopes = String(entered.get('scopes'))
      .split(/[\s,]+/)
      .filter(Boolean);
    const until = String(entered.get('until'));
    create.mutate({
      name: String(entered.get('name')),
      ...(scopes.length > 0 ? { scopes } : { role }),
      ...(until && { expiresAt: new Date(`${until}T23:59:59`).toISOString() }),
    });
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3">
      <h3 className="font-semibold">{t('make')}</h3>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_auto_1.4fr_auto_auto] lg:items-start">
        <Field label={access('name')} name="name" maxLength={100} autoComplete="off" required />
        <RoleSelect label={people('role')} showLabel value={role} onChange={setRole} />
        <Field label={t('scopes')} name="scopes" autoComplete="off" hint={t('scopesHint')} />
        <Field label={t('expires')} name="until" type="date" />
        <Button type="submit" size="large" className="lg:mt-6" disabled={create.isPending}>
          {t('makeAction')}
        </Button>
      </div>
      <Problem error={create.error && readError(create.error)} />
      {create.data && (
        <OnceShown label={t('token')} text={create.data.token}>
          {t('once')}
        </OnceShown>
      )}
    </form>
  );
}
