import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { type SearchParams, toQuery } from '#app/search-params.ts';
import { readEventsParams, toEventsFilter } from '#components/events/events-params.ts';
import { EventsView } from '#components/events/events-view.tsx';
import { readEventsBefore } from '#components/events/read-events.ts';
import { LiveStart } from '#components/live/live-provider.tsx';
import { listEvents } from '#server/events/list-events.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('events');
  return { title: t('title') };
}

export default async function EventsPage({ searchParams }: { searchParams: SearchParams }) {
  const pulse = await getPulse();
  const start = await readLiveStart(pulse); // First, so that the stream begins no later than what is read after.
  const params = readEventsParams(toQuery(await searchParams));
  const { filter, problem } = toEventsFilter(params);
  const source = {
    asOf: async () => start.asOf,
    list: (input: Parameters<typeof listEvents>[1]) => listEvents(pulse, input),
  };
  const first = problem ? null : { params, page: await readEventsBefore(source, filter, null) };
  return (
    <>
      <LiveStart {...start} />
      <EventsView first={first} />
    </>
  );
}
