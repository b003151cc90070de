'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { CircleCheck, CircleSlash, Server } from 'lucide-react';
import Link from 'next/link';
import type { AppRouter } from '#server/trpc/router.ts';
import { useSeed } from '../live/live-provider.tsx';
import { Ago } from '../time/time.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Fact } from '../ui/fact.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { StateMessage } from '../ui/state-message.tsx';
import { toWorkflowHref } from '../workflow/href.ts';

const pollMs = 5_000;

/** A worker process, as `adapter.list` gives it. */
type Adapter = inferRouterOutputs<AppRouter>['adapter']['list'][number];

/** The workers and what each runs. That a worker lives is no event, so this one page asks again and again. */
export function AdaptersView({ first }: { first: Adapter[] }) {
  const trpc = useTRPC();
  useSeed(trpc.adapter.list.queryKey(), first);
  const { data: adapters = first, isError } = useQuery(
    trpc.adapter.list.queryOptions(undefined, { refetchInterval: pollMs }),
  );
  return (
    <>
      <PageHeader title="Adapters" about="The worker processes that run workflows." />
      {isError && (
        <p className="bg-refused-soft px-4 py-1.5 text-refused lg:px-6">The server does not answer; trying again.</p>
      )}
      {adapters.length === 0 ? (
        <StateMessage icon={Server} title="No adapter is running">
          Workflows wait until one is. Start it with <code>upulse adapter run</code>, or with <code>upulse up</code>,
          which brings one of its own.
        </StateMessage>
      ) : (
        <ul className="grid gap-4 px-4 lg:px-6">
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
  const { id, host, pid, version, capacity, definitions, seenAt, startedAt, alive, running } = adapter;
  const Icon = alive ? CircleCheck : CircleSlash;
  return (
    <section aria-label={id} className="rounded border bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2">
        <h2 className="font-mono font-semibold break-all">{id}</h2>
        <span className={`flex items-center gap-1.5 font-medium ${alive ? 'text-active' : 'text-refused'}`}>
          <Icon className="size-4" aria-hidden />
          {alive ? 'Alive' : 'Silent'}
        </span>
        <span className="text-muted sm:ml-auto">
          seen <Ago at={seenAt} />
        </span>
      </header>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 px-4 py-3 md:grid-cols-5">
        <Fact name="Host">
          {host} <span className="text-muted">pid {pid}</span>
        </Fact>
        <Fact name="Version">{version}</Fact>
        <Fact name="Running">
          {running.length} of {capacity}
        </Fact>
        <Fact name="Definitions">{definitions.join(', ') || 'none'}</Fact>
        <Fact name="Started">
          <Ago at={startedAt} />
        </Fact>
      </dl>
      {running.length > 0 && (
        <ul aria-label={`What ${id} runs`} className="border-t">
          {running.map(({ key, name, round, role }) => (
            <li key={key} className="flex flex-wrap gap-x-4 px-4 py-1.5 not-last:border-b">
              <Link href={toWorkflowHref(key)} className="min-w-0 rounded font-mono break-all hover:underline">
                {key}
              </Link>
              <span className="text-muted">{name}</span>
              <span className="sm:ml-auto">
                <span className="font-medium">{role}</span> <span className="text-muted">round {round}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
