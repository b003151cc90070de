import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SettingsView } from '#components/settings/settings-view.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('settings'))('title') };
}

export default function SettingsPage() {
  return <SettingsView />;
}
