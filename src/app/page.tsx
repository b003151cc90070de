import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { type SearchParams, toQuery } from '#app/search-params.ts';
import { LiveStart } from '#components/live/live-provider.tsx';
import { readListParams, toCountInput, toListInput } from '#components/workflows/list-params.ts';
import { WorkflowsView } from '#components/workflows/workflows-view.tsx';
import { countWorkflows } from '#server/workflows/count.ts';
import { listWorkflows } from '#server/workflows/list.ts';

export default async function WorkflowsPage({ searchParams }: { searchParams: SearchParams }) {
  const pulse = await getPulse();
  const start = await readLiveStart(pulse); // First, so that the stream begins no later than the list.
  const params = readListParams(toQuery(await searchParams));
  const counted = toCountInput(params);
  const [page, counts] = await Promise.all([
    listWorkflows(pulse, toListInput(params)),
    counted && countWorkflows(pulse, counted),
  ]);
  return (
    <>
      <LiveStart {...start} />
      <WorkflowsView first={{ params, page, counts }} />
    </>
  );
}
