import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { AdaptersView } from '#components/adapters/adapters-view.tsx';
import { LiveStart } from '#components/live/live-provider.tsx';
import { listAdapters } from '#server/adapters/list-adapters.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('adapters');
  return { title: t('title') };
}

export default async function AdaptersPage() {
  const pulse = await getPulse();
  const [start, adapters] = await Promise.all([readLiveStart(pulse), listAdapters(pulse)]);
  return (
    <>
      <LiveStart {...start} />
      <AdaptersView first={adapters} />
    </>
  );
}
