'use client';
import Link from 'next/link';
import type { Workflow } from '#domain/workflow.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { findOpenRound } from '../abort/find-open-round.ts';
import { Ago, Duration } from '../time/time.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Fact } from '../ui/fact.tsx';
import { Outcome } from '../ui/outcome.tsx';
import { RoundBar } from '../ui/round-bar.tsx';
import { Status } from '../ui/status.tsx';
import { AbortedPanel } from './aborted-panel.tsx';
import { useTrail } from './use-trail.ts';

/** What a workflow is, what it does now, and who is behind it. */
export function WorkflowHeader({ workflow }: { workflow: Workflow }) {
  const { key, name, status, role, round, maxRounds, startedAt, startedBy, endedAt, outcome } = workflow;
  const openAbort = useAbort();
  const trail = useTrail(key, 'desc');
  const entries = trail.data?.pages[0]?.entries ?? [];
  const open = role === null ? undefined : findOpenRound(entries, round);
  return (
    <header className="flex flex-col gap-4 border-b px-4 pt-4 pb-4 lg:px-6">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-0 grow basis-60">
          <nav aria-label="Breadcrumb" className="text-xs text-muted">
            <Link href="/" className="hover:text-text">
              Workflows
            </Link>{' '}
            / {name}
          </nav>
          <div className="flex items-center gap-1">
            <h1 className="min-w-0 font-mono text-lg font-semibold break-all">{key}</h1>
            <CopyButton text={key} label="Copy the key" />
          </div>
        </div>
        <Status status={status} outcome={outcome} badge />
        {status === 'active' && (
          <Button look="danger" title="Abort (a)" aria-keyshortcuts="a" onClick={() => openAbort(workflow)}>
            Abort
          </Button>
        )}
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 md:grid-cols-3 xl:grid-cols-[1.6fr_1.3fr_1fr_1.4fr_1.2fr_0.8fr]">
        {status === 'active' ? (
          <Fact name="Running now">
            {role ? (
              <>
                <span className="font-mono">{role}</span>
                {open && (
                  <span className="text-muted">
                    {' '}
                    for <Duration from={open.since} to={null} />
                    {open.adapter && ` on ${open.adapter}`}
                  </span>
                )}
              </>
            ) : (
              <span className="text-muted">{round === 0 ? 'waiting for an adapter' : 'nothing, between rounds'}</span>
            )}
          </Fact>
        ) : (
          <Fact name={status === 'ended' ? 'Outcome' : 'Aborted'}>
            {status === 'ended' ? <Outcome outcome={outcome} /> : endedAt && <Ago at={endedAt} />}
          </Fact>
        )}
        <Fact name="Rounds">
          <RoundBar round={round} maxRounds={maxRounds} />
        </Fact>
        <Fact name="Duration">
          <Duration from={startedAt} to={endedAt} />
        </Fact>
        <Fact name="Started">
          <Ago at={startedAt} /> by {startedBy.name} <span className="text-muted">via {startedBy.via}</span>
        </Fact>
        <Fact name="Last event">
          <Ago at={workflow.updatedAt} />{' '}
          <span className="text-muted">at {workflow.position.toLocaleString('en-US')}</span>
        </Fact>
        <Fact name="Definition">{name}</Fact>
      </dl>
      {status === 'aborted' && <AbortedPanel workflow={workflow} entries={entries} />}
    </header>
  );
}
