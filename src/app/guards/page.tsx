import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { GuardTable } from '#components/guards/guard-table.tsx';
import { LiveStart } from '#components/live/live-provider.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import type { GuardInfo } from '#domain/guard.ts';
import { listGuards } from '#server/guards/read-guards.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('guards');
  return { title: t('title') };
}

export default async function GuardsPage() {
  const pulse = await getPulse();
  const [start, guards] = await Promise.all([readLiveStart(pulse), listGuards(pulse)]);
  const deciding = guards.filter(({ enabled }) => enabled);
  const off = guards.filter(({ enabled }) => !enabled);
  return (
    <>
      <LiveStart {...start} />
      <PageHeader
        title="Guards"
        about={
          <>
            <p>
              They decide, event by event, what may be written. The most specific kind counts; every guard that has one
              must pass.
            </p>
            <p>
              Asked in this order: <GuardLinks guards={deciding} />
              {off.length > 0 && (
                <>
                  . Off: <GuardLinks guards={off} />
                </>
              )}
            </p>
          </>
        }
      />
      <div className="grid gap-4 px-4 pb-6 lg:px-6">
        {[...deciding, ...off].map((guard) => (
          <GuardTable key={guard.name} guard={guard} />
        ))}
      </div>
    </>
  );
}

function GuardLinks({ guards }: { guards: readonly GuardInfo[] }) {
  return guards.map(({ name }, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <a href={`#${name}`} className="rounded font-mono text-xs break-words text-text underline">
        {name}
      </a>
    </span>
  ));
}
