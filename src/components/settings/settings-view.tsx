'use client';
import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import type { AppRouter } from '#server/trpc/router.ts';
import { useMay, useViewer } from '../access/viewer.tsx';
import { useSeed } from '../live/live-provider.tsx';
import { LanguageChoice } from '../shell/language-choice.tsx';
import { ThemeToggle } from '../shell/theme-toggle.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PeopleSection } from './people-section.tsx';
import { PoliciesSection } from './policies-section.tsx';
import { Section } from './section.tsx';
import { TokensSection } from './tokens-section.tsx';
import { YouSection } from './you-section.tsx';

type Answers = inferRouterOutputs<AppRouter>;

/** What the server has read for the first paint. */
export interface FirstSettings {
  people: Answers['person']['list'];
  tokens: Answers['token']['list'];
  guards: Answers['guard']['list'];
}

/** One's own sign-in, and for admins the people and the tokens. */
export function SettingsView({ first }: { first: FirstSettings | null }) {
  const trpc = useTRPC();
  useSeed(trpc.person.list.queryKey(), first?.people);
  useSeed(trpc.token.list.queryKey(), first?.tokens);
  useSeed(trpc.guard.list.queryKey(), first?.guards);
  const t = useTranslations('settings');
  const viewer = useViewer();
  const mayManage = useMay('person:write');
  return (
    <>
      <PageHeader title={t('title')} />
      <div className="grid max-w-4xl grid-cols-1 gap-4 px-4 pb-6 lg:px-6">
        {viewer && <YouSection viewer={viewer} />}
        <Section title={t('display.title')} about={t('display.about')}>
          <div className="flex flex-wrap gap-x-6 gap-y-2">
            <ThemeToggle />
            <LanguageChoice />
          </div>
        </Section>
        {mayManage ? (
          <>
            <PeopleSection />
            <TokensSection />
            <PoliciesSection />
          </>
        ) : (
          <Section title={t('hidden.title')} about={t('hidden.about')}>
            <p>{t('hidden.advice')}</p>
          </Section>
        )}
      </div>
    </>
  );
}
