import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { type SearchParams, toQuery } from '#app/search-params.ts';
import { toEventsHref } from '#components/events/events-params.ts';
import { LiveStart } from '#components/live/live-provider.tsx';
import { readTrailView } from '#components/workflow/trail-params.ts';
import { WorkflowView } from '#components/workflow/workflow-view.tsx';
import { isPulseError } from '#domain/errors.ts';
import { parseInput } from '#server/parse-input.ts';
import type { Pulse } from '#server/pulse.ts';
import { GetWorkflow } from '#server/workflows/get.ts';
import { getTimeline } from '#server/workflows/timeline.ts';
import { readFirst } from './read-first.ts';

interface Props {
  params: Promise<{ key: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations('workflow');
  return { title: decode((await params).key) ?? t('notFound') };
}

export default async function WorkflowPage({ params, searchParams }: Props) {
  const [{ key: segment }, query] = await Promise.all([params, searchParams]);
  const pulse = await getPulse();
  const start = await readLiveStart(pulse); // First, so that the stream begins no later than what is read after.
  try {
    const { key } = parseInput(GetWorkflow, { key: decode(segment) });
    const first = await readFirst(pulse, key, readTrailView(toQuery(query)));
    return (
      <>
        <LiveStart {...start} />
        <WorkflowView key={key} first={first} />
      </>
    );
  } catch (error) {
    if (isPulseError(error, 'NOT_FOUND') && (await hasTrail(pulse, error.details.id)))
      redirect(toEventsHref({ key: error.details.id }));
    if (isPulseError(error, 'NOT_FOUND') || isPulseError(error, 'INVALID_INPUT')) notFound();
    throw error;
  }
}

/** A key can have events and be no workflow, such as a note under a name of its own. */
async function hasTrail(pulse: Pulse, key: string): Promise<boolean> {
  try {
    return (await getTimeline(pulse, { key, limit: 1, order: 'desc' })).entries.length > 0;
  } catch (error) {
    if (isPulseError(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

/** The key that a URL's segment stands for; undefined when it stands for none. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
