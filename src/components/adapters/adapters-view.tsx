'use client';
import type { inferRouterOutputs } from '@trpc/server';
import { CircleCheck, CircleSlash, Server } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { AppRouter } from '#server/trpc/router.ts';
import { useSeed } from '../live/live-provider.tsx';
import { Ago } from '../time/time.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Fact } from '../ui/fact.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { StateMessage } from '../ui/state-message.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { useAdapters } from './use-adapters.ts';

/** A worker process, as `adapter.list` gives it. */
type Adapter = inferRouterOutputs<AppRouter>['adapter']['list'][number];

/** The workers and what each runs. */
export function AdaptersView({ first }: { first: Adapter[] }) {
  const t = useTranslations('adapters');
  const trpc = useTRPC();
  useSeed(trpc.adapter.list.queryKey(), first);
  const { data: adapters = first, isError } = useAdapters();
  const living = adapters.filter(({ alive }) => alive);
  const sum = (count: (adapter: Adapter) => number) => living.reduce((total, adapter) => total + count(adapter), 0);
  return (
    <>
      <PageHeader
        title={t('title')}
        about={
          <>
            {t('about')}
            {living.length > 0 &&
              ` ${t('summary', {
                alive: living.length,
                running: sum(({ running }) => running.length),
                capacity: sum(({ capacity }) => capacity),
              })}.`}
          </>
        }
      />
      {isError && <p className="bg-refused-soft px-4 py-1.5 text-refused lg:px-6">{t('noAnswer')}</p>}
      {adapters.length === 0 ? (
        <StateMessage icon={Server} title={t('none')}>
          {t.rich('noneAbout', { code: (text) => <code>{text}</code> })}
        </StateMessage>
      ) : (
        <ul className="grid grid-cols-1 gap-4 px-4 lg:px-6">
          {adapters.map((adapter) => (
            <li key={adapter.id}>
              <AdapterCard adapter={adapter} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function AdapterCard({ adapter }: { adapter: Adapter }) {
  const t = useTranslations('adapters');
  const { id, host, pid, version, capacity, definitions, seenAt, startedAt, alive, running } = adapter;
  const Icon = alive ? CircleCheck : CircleSlash;
  return (
    <section aria-label={id} className="rounded border bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2">
        <h2 className="font-mono font-semibold break-all">{id}</h2>
        <span className={`flex items-center gap-1.5 font-medium ${alive ? 'text-active' : 'text-refused'}`}>
          <Icon className="size-4" aria-hidden />
          {t(alive ? 'alive' : 'silent')}
        </span>
        <span className="text-muted sm:ml-auto">{t.rich('seen', { ago: () => <Ago at={seenAt} /> })}</span>
      </header>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 px-4 py-3 md:grid-cols-5">
        <Fact name={t('host')}>
          {host} <span className="text-muted">{t('pid', { pid: String(pid) })}</span>
        </Fact>
        <Fact name={t('version')}>{version}</Fact>
        <Fact name={t('running')}>
          <Load running={running.length} capacity={capacity} />
        </Fact>
        <Fact name={t('definitions')}>{definitions.join(', ') || t('noDefinitions')}</Fact>
        <Fact name={t('started')}>
          <Ago at={startedAt} />
        </Fact>
      </dl>
      {!alive && <p className="border-t px-4 py-1.5 text-refused">{t('silentAbout')}</p>}
      {running.length > 0 && (
        <ul aria-label={t('runs', { id })} className="border-t">
          {running.map(({ key, name, round, role }) => (
            <li key={key} className="flex flex-wrap gap-x-4 px-4 py-1.5 not-last:border-b sm:flex-nowrap">
              <Link
                href={toWorkflowHref(key)}
                title={key}
                className="min-w-0 rounded font-mono break-all hover:underline sm:truncate"
              >
                {key}
              </Link>
              <span className="text-muted">{name}</span>
              <span className="whitespace-nowrap sm:ml-auto">
                {t.rich('round', {
                  round,
                  role: () => <span className="font-medium">{role}</span>,
                  muted: (text) => <span className="text-muted">{text}</span>,
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** How much of its capacity an adapter uses, also as a thin bar. */
function Load({ running, capacity }: { running: number; capacity: number }) {
  const t = useTranslations('adapters');
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      {t('of', { running, capacity })}
      <span aria-hidden className="h-1 w-12 overflow-hidden rounded bg-line">
        <span className="block h-full bg-edge" style={{ width: `${Math.min(1, running / capacity) * 100}%` }} />
      </span>
    </span>
  );
}
