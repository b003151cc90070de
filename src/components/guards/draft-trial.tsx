'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { clsx } from 'clsx';
import { ShieldCheck, ShieldX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { Json } from '#domain/json.ts';
import type { AppRouter } from '#server/trpc/router.ts';
import { useTRPCClient } from '../trpc/trpc.ts';
import { Choice } from '../ui/choice.tsx';
import { StateDiff } from '../ui/state-diff.tsx';
import { parseText, type TrialFields, toTrial } from './draft.ts';
import { DraftIssues } from './draft-issues.tsx';

type Trial = inferRouterOutputs<AppRouter>['guard']['try'];

const pauseMs = 300;
const empty: TrialFields = { against: 'stored', position: '', key: '', kind: '', payload: '', state: '' };
const fieldClasses = 'w-full rounded border border-edge/60 bg-surface px-2.5 py-1.5 font-mono text-xs';

/** Asks a draft about an event, as it is written. */
export function DraftTrial({ definition }: { definition: Json | undefined }) {
  const t = useTranslations('guards.draft');
  const client = useTRPCClient();
  const [fields, setFields] = useState(empty);
  const asked = useSettled(JSON.stringify({ definition, trial: toTrial(fields) }));
  const { definition: settled, trial } = JSON.parse(asked) as { definition?: Json; trial?: ReturnType<typeof toTrial> };
  const isReady = settled !== undefined && trial !== undefined;
  const result = useQuery({
    queryKey: ['guard', 'try', asked],
    queryFn: ({ signal }) => client.guard.try.mutate({ definition: settled, ...trial }, { signal }),
    enabled: isReady,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const set = (part: Partial<TrialFields>) => setFields({ ...fields, ...part });
  return (
    <section aria-label={t('try')} className="flex min-w-0 flex-col gap-3 rounded border bg-surface p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-medium">{t('try')}</h2>
        <Choice
          label={t('against')}
          value={fields.against}
          options={[
            { value: 'stored', word: t('stored') },
            { value: 'made', word: t('made') },
          ]}
          onChange={(against) => set({ against })}
        />
      </div>
      {fields.against === 'stored' ? (
        <Field
          name="position"
          hint={t('positionHint')}
          value={fields.position}
          onChange={(position) => set({ position })}
        />
      ) : (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            <Field name="key" value={fields.key} onChange={(key) => set({ key })} />
            <Field name="kind" value={fields.kind} onChange={(kind) => set({ kind })} />
          </div>
          <Field name="payload" json value={fields.payload} onChange={(payload) => set({ payload })} />
        </>
      )}
      <Field name="state" json hint={t('stateHint')} value={fields.state} onChange={(state) => set({ state })} />
      <div aria-live="polite" className="border-t pt-3">
        {!isReady ? (
          <p className="text-muted">{t('waiting')}</p>
        ) : result.isError ? (
          <DraftIssues error={result.error} />
        ) : result.data ? (
          <TrialResult trial={result.data} stale={result.isPlaceholderData} />
        ) : (
          <p className="breathe text-muted">{t('trying')}</p>
        )}
      </div>
    </section>
  );
}

function Field({
  name,
  hint,
  json = false,
  value,
  onChange,
}: {
  name: 'position' | 'key' | 'kind' | 'payload' | 'state';
  hint?: string;
  json?: boolean;
  value: string;
  onChange: (value: string) => void;
}) {
  const t = useTranslations('guards.draft');
  const parsed = json ? parseText(value) : undefined;
  const problem = parsed?.state === 'broken' ? t('notJson', { problem: parsed.problem }) : undefined;
  const id = `trial-${name}`;
  const props = {
    id,
    value,
    spellCheck: false,
    autoComplete: 'off',
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-hint`,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium">
        {t(name)}
      </label>
      {json ? (
        <textarea {...props} rows={3} className={clsx(fieldClasses, 'field-sizing-content max-h-60 resize-none')} />
      ) : (
        <input {...props} inputMode={name === 'position' ? 'numeric' : undefined} className={fieldClasses} />
      )}
      <p id={`${id}-hint`} className={clsx('text-xs empty:hidden', problem ? 'text-refused' : 'text-muted')}>
        {problem ?? hint}
      </p>
    </div>
  );
}

function TrialResult({
  trial: { event, source, passes, refusedBy, before, after },
  stale,
}: {
  trial: Trial;
  stale: boolean;
}) {
  const t = useTranslations('guards.draft');
  const Icon = passes ? ShieldCheck : ShieldX;
  return (
    <div className={clsx('flex flex-col gap-2', stale && 'opacity-60')}>
      <p className={clsx('flex items-center gap-1.5 font-medium', passes ? 'text-active' : 'text-refused')}>
        <Icon className="size-4" aria-hidden />
        {t(passes ? 'passes' : 'refuses')}
      </p>
      {source === null ? (
        <p className="text-muted">{t('notAsked', { kind: event.kind })}</p>
      ) : (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          <dt className="text-muted">{t('event')}</dt>
          <dd className="font-mono text-xs leading-5 break-words">
            {event.kind} · {event.key}
          </dd>
          <dt className="text-muted">{t('rule')}</dt>
          <dd className="font-mono text-xs leading-5 break-words">{source.kind}</dd>
          {refusedBy !== null && (
            <>
              <dt className="text-refused">{t('because')}</dt>
              <dd className="font-mono text-xs leading-5 break-words">{refusedBy}</dd>
            </>
          )}
          <dt className="text-muted">{t('stateOf')}</dt>
          <dd>{passes ? <StateDiff before={before} after={after} /> : <Code value={before} />}</dd>
        </dl>
      )}
    </div>
  );
}

function Code({ value }: { value: Json }) {
  return <code className="font-mono text-xs break-words">{JSON.stringify(value)}</code>;
}

/** A text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
