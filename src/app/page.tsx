import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { type SearchParams, toQuery } from '#app/search-params.ts';
import { LiveStart } from '#components/live/live-provider.tsx';
import { readListParams, toListInput } from '#components/workflows/list-params.ts';
import { WorkflowsView } from '#components/workflows/workflows-view.tsx';
import { listWorkflows } from '#server/workflows/list.ts';

export default async function WorkflowsPage({ searchParams }: { searchParams: SearchParams }) {
  const pulse = await getPulse();
  const start = await readLiveStart(pulse); // First, so that the stream begins no later than the list.
  const params = readListParams(toQuery(await searchParams));
  const page = await listWorkflows(pulse, toListInput(params));
  return (
    <>
      <LiveStart {...start} />
      <WorkflowsView first={{ params, page }} />
    </>
  );
}
