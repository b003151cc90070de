'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useEntries } from '../live/live-provider.tsx';
import { Status } from '../ui/status.tsx';
import { RunningNow } from '../workflows/running-now.tsx';

const most = 100;

/** What will be aborted, each with what it runs right now. */
export function ManyList({
  keys,
  known,
}: {
  keys: readonly string[];
  /** What this tab knows of a workflow. */
  known: (key: string) => Workflow | undefined;
}) {
  const t = useTranslations('abort.many');
  const [, setChanges] = useState(0);
  useEntries(() => setChanges((count) => count + 1));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label={t('list')} className="max-h-48 overflow-y-auto rounded border">
      <ul>
        {keys.slice(0, most).map((key) => (
          <ListedWorkflow key={key} id={key} workflow={known(key)} />
        ))}
        {keys.length > most && <li className="px-3 py-1.5 text-muted">{t('more', { count: keys.length - most })}</li>}
      </ul>
    </section>
  );
}

function ListedWorkflow({ id, workflow }: { id: string; workflow: Workflow | undefined }) {
  return (
    <li className="flex items-center gap-3 border-b px-3 py-1.5 last:border-b-0">
      <span className="min-w-0 grow basis-0 truncate font-mono" title={id}>
        {id}
      </span>
      {workflow && (
        <span className="min-w-0 grow basis-0 max-sm:hidden">
          {workflow.status === 'active' ? (
            <RunningNow workflow={workflow} />
          ) : (
            <Status status={workflow.status} outcome={workflow.outcome} />
          )}
        </span>
      )}
    </li>
  );
}
