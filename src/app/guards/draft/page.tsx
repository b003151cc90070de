import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { type SearchParams, toQuery } from '#app/search-params.ts';
import { GuardDraft } from '#components/guards/guard-draft.tsx';
import { LiveStart } from '#components/live/live-provider.tsx';
import { listGuards } from '#server/guards/read-guards.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('guards');
  return { title: t('draftTitle') };
}

export default async function GuardDraftPage({ searchParams }: { searchParams: SearchParams }) {
  const pulse = await getPulse();
  const [start, guards, query] = await Promise.all([readLiveStart(pulse), listGuards(pulse), searchParams]);
  const from = toQuery(query).get('from');
  return (
    <>
      <LiveStart {...start} />
      <GuardDraft from={guards.find(({ name }) => name === from) ?? null} />
    </>
  );
}
