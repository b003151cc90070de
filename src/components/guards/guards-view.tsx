'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { PulseEvent } from '#domain/event.ts';
import type { GuardInfo } from '#domain/guard.ts';
import { logKey } from '#domain/guard-change.ts';
import { useMay } from '../access/viewer.tsx';
import { useEntries, useSeed } from '../live/live-provider.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { buttonClasses } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { readChanges } from './guard-changes.ts';
import { GuardTable } from './guard-table.tsx';

const changesInput = { key: logKey, limit: 1_000 };
/** Nothing keeps these true while the page is not open. */
const fresh = { staleTime: 0 };

/** What decides over appends: those that do in their order, then those that are off. It follows what is changed about them. */
export function GuardsView({
  first,
}: {
  first: { guards: GuardInfo[]; changes: { events: PulseEvent[]; nextCursor: string | null } };
}) {
  const t = useTranslations('guards');
  const trpc = useTRPC();
  const client = useQueryClient();
  const listKey = trpc.guard.list.queryKey();
  const changesKey = trpc.event.list.queryKey(changesInput);
  useSeed(listKey, first.guards);
  useSeed(changesKey, first.changes);
  const { data: guards = first.guards } = useQuery(trpc.guard.list.queryOptions(undefined, fresh));
  const { data: changes = first.changes } = useQuery(trpc.event.list.queryOptions(changesInput, fresh));
  useEntries((entries) => {
    if (!entries.some(({ key, type }) => key === logKey && type === 'event')) return;
    void client.invalidateQueries({ queryKey: listKey });
    void client.invalidateQueries({ queryKey: changesKey });
  });
  const deciding = guards.filter(({ enabled }) => enabled);
  const off = guards.filter(({ enabled }) => !enabled);
  const byName = readChanges(changes.events);
  const mayChange = useMay('guard:write');
  const access = useTranslations('access');
  const links = { guards: () => <GuardLinks guards={deciding} />, off: () => <GuardLinks guards={off} /> };
  return (
    <>
      <PageHeader
        title={t('title')}
        about={
          <>
            <p>{t('about')}</p>
            <p>{off.length > 0 ? t.rich('orderAndOff', links) : t.rich('order', links)}</p>
            {!mayChange && <p>{access('guardsHint')}</p>}
          </>
        }
      >
        <Link href="/guards/draft" className={buttonClasses('plain')}>
          <Plus aria-hidden />
          {t('new')}
        </Link>
      </PageHeader>
      <div className="grid gap-4 px-4 pb-6 lg:px-6">
        {[...deciding, ...off].map((guard) => (
          <GuardTable key={guard.name} guard={guard} changes={byName.get(guard.name) ?? []} />
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
