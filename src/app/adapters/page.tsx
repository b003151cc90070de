import type { Metadata } from 'next';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { AdaptersView } from '#components/adapters/adapters-view.tsx';
import { LiveStart } from '#components/live/live-provider.tsx';
import { listAdapters } from '#server/adapters/list-adapters.ts';

export const metadata: Metadata = { title: 'Adapters' };

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
