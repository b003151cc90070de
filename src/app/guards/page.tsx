import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { GuardsView } from '#components/guards/guards-view.tsx';
import { LiveStart } from '#components/live/live-provider.tsx';
import { logKey } from '#domain/guard-change.ts';
import { listEvents } from '#server/events/list-events.ts';
import { listGuards } from '#server/guards/read-guards.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('guards');
  return { title: t('title') };
}

export default async function GuardsPage() {
  const pulse = await getPulse();
  const start = await readLiveStart(pulse); // First, so that the stream begins no later than what is read after.
  const [guards, changes] = await Promise.all([listGuards(pulse), listEvents(pulse, { key: logKey, limit: 1_000 })]);
  return (
    <>
      <LiveStart {...start} />
      <GuardsView first={{ guards, changes }} />
    </>
  );
}
