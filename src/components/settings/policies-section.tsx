'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { abortNeedsReason, abortNeedsTwo } from '#domain/abort-policy.ts';
import { Problem } from '../access/field.tsx';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Section } from './section.tsx';

const policies = [
  { name: abortNeedsReason.name, words: 'reason' },
  { name: abortNeedsTwo.name, words: 'two' },
] as const;

/** Switches on what an abort needs here. */
export function PoliciesSection() {
  const t = useTranslations('settings.policies');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const guards = useQuery(trpc.guard.list.queryOptions(undefined, { staleTime: 0 }));
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.guard.list.queryKey() });
  const enable = useMutation(trpc.guard.enable.mutationOptions({ onSettled }));
  const disable = useMutation(trpc.guard.disable.mutationOptions({ onSettled }));
  const error = guards.error ?? enable.error ?? disable.error;
  return (
    <Section title={t('title')} about={t('about')}>
      <Problem error={error && readError(error)} />
      <ul className="divide-y border-y">
        {policies.map(({ name, words }) => {
          const isOn = guards.data?.find((guard) => guard.name === name)?.enabled ?? false;
          return (
            <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
              <div className="min-w-0 grow basis-40">
                <p className="font-medium">{t(words)}</p>
                <p className="text-xs text-muted">
                  <code className="font-mono">{name}</code> · {t(isOn ? 'on' : 'off')}
                </p>
              </div>
              <Button
                aria-label={`${t(isOn ? 'switchOff' : 'switchOn')}: ${t(words)}`}
                disabled={!guards.data || enable.isPending || disable.isPending}
                onClick={() => (isOn ? disable : enable).mutate({ name })}
              >
                {t(isOn ? 'switchOff' : 'switchOn')}
              </Button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
