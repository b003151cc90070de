'use client';
import { useTranslations } from 'next-intl';
import { useMay, useViewer } from '../access/viewer.tsx';
import { LanguageChoice } from '../shell/language-choice.tsx';
import { ThemeToggle } from '../shell/theme-toggle.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { PeopleSection } from './people-section.tsx';
import { PoliciesSection } from './policies-section.tsx';
import { Section } from './section.tsx';
import { TokensSection } from './tokens-section.tsx';
import { YouSection } from './you-section.tsx';

/** One's own sign-in, and for admins the people and the tokens. */
export function SettingsView() {
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
