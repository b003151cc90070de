'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { useMay } from '../access/viewer.tsx';
import { Family } from '../children/family.tsx';
import { StartAgain } from '../start/start-again.tsx';
import { Ago, Duration } from '../time/time.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Fact } from '../ui/fact.tsx';
import { Outcome } from '../ui/outcome.tsx';
import { RoundBar } from '../ui/round-bar.tsx';
import { Status } from '../ui/status.tsx';
import { AbortedPanel } from './aborted-panel.tsx';
import { RunningNow } from './running-now.tsx';

const muted = (text: ReactNode) => <span className="text-muted">{text}</span>;

/** What a workflow is, what it does, and who is behind it: now, or as it was at the moment that is replayed. */
export function WorkflowHeader({
  workflow,
  moment,
  input,
  onShowInput,
}: {
  workflow: Workflow;
  moment: Workflow | null;
  /** What it was started with, in a line; null where that is not known. */
  input: string | null;
  onShowInput: () => void;
}) {
  const t = useTranslations('workflow.header');
  const access = useTranslations('access');
  const may = useMay('workflow:abort');
  const openAbort = useAbort();
  const { key, name, status, round, maxRounds, role, startedAt, startedBy, endedAt, outcome, updatedAt, position } =
    moment ?? workflow;
  const end = endedAt ?? (moment ? moment.updatedAt : null);
  return (
    <header className="flex flex-col gap-3 px-4 pt-4 pb-3 lg:px-6">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-0 grow basis-60">
          <nav aria-label={t('breadcrumb')} className="text-xs text-muted">
            <Link href="/" className="hover:text-text">
              {t('workflows')}
            </Link>{' '}
            / {name}
          </nav>
          <div className="flex items-center gap-1">
            <h1 className="min-w-0 font-mono text-lg font-semibold break-all">{key}</h1>
            <CopyButton text={key} label={t('copyKey')} />
          </div>
        </div>
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
          <Status status={status} outcome={outcome} badge />
          {workflow.status === 'active' && !may && <p className="text-xs text-muted">{access('abortHint')}</p>}
          {workflow.status === 'active' && may && (
            <Button look="danger" title={t('abortKeys')} aria-keyshortcuts="a" onClick={() => openAbort(workflow)}>
              {t('abort')}
            </Button>
          )}
          {workflow.status !== 'active' && <StartAgain workflow={workflow} />}
        </div>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 md:grid-cols-3 xl:grid-cols-[1.6fr_1.3fr_1fr_1.4fr_1.2fr_0.8fr]">
        {status === 'active' ? (
          <Fact name={t('runningNow')}>
            {moment ? <span className="font-mono">{role ?? '–'}</span> : <RunningNow workflow={workflow} />}
          </Fact>
        ) : (
          <Fact name={t(status === 'ended' ? 'outcome' : 'aborted')}>
            {status === 'ended' ? <Outcome outcome={outcome} /> : endedAt && <Ago at={endedAt} />}
          </Fact>
        )}
        <Fact name={t('rounds')}>
          <RoundBar round={round} maxRounds={maxRounds} />
        </Fact>
        <Fact name={t('duration')}>
          <Duration from={startedAt} to={end} />
        </Fact>
        <Fact name={t('started')}>
          {t.rich('startedBy', { ago: () => <Ago at={startedAt} />, who: startedBy.name, via: startedBy.via, muted })}
        </Fact>
        <Fact name={t('lastEvent')}>
          {t.rich('lastEventAt', { ago: () => <Ago at={updatedAt} />, position, muted })}
        </Fact>
        <Fact name={t('definition')}>{name}</Fact>
        {input !== null && (
          <Fact name={t('input')} wide>
            <button
              type="button"
              title={t('showInput')}
              onClick={onShowInput}
              className="block max-w-full truncate rounded text-left font-mono text-xs leading-5 hover:underline"
            >
              {input}
            </button>
          </Fact>
        )}
      </dl>
      {!moment && <Family workflow={workflow} />}
      {status === 'aborted' && !moment && <AbortedPanel workflow={workflow} />}
    </header>
  );
}
