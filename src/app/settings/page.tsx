import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { LiveStart } from '#components/live/live-provider.tsx';
import { SettingsView } from '#components/settings/settings-view.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('settings'))('title') };
}

export default async function SettingsPage() {
  return (
    <>
      <LiveStart {...(await readLiveStart(await getPulse()))} />
      <SettingsView />
    </>
  );
}
