import type { Metadata } from 'next';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { GuardTable } from '#components/guards/guard-table.tsx';
import { LiveStart } from '#components/live/live-provider.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { listGuards } from '#server/guards/read-guards.ts';

export const metadata: Metadata = { title: 'Guards' };

export default async function GuardsPage() {
  const pulse = await getPulse();
  const [start, guards] = await Promise.all([readLiveStart(pulse), listGuards(pulse)]);
  return (
    <>
      <LiveStart {...start} />
      <PageHeader
        title="Guards"
        about="They decide, event by event, what may be written. The most specific kind counts; every guard that has one must pass."
      />
      <div className="grid gap-4 px-4 lg:px-6">
        {guards.map((guard) => (
          <GuardTable key={guard.name} guard={guard} />
        ))}
      </div>
    </>
  );
}
