'use client';
import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type FormEvent, type Ref, useImperativeHandle, useRef, useState } from 'react';
import { toast } from 'sonner';
import type { Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import { makeCommandId } from '../abort/command-id.ts';
import { useLive } from '../live/live-provider.tsx';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { FieldFrame, inputClasses } from './field-frame.tsx';
import { dropBlanks, findMissing, fits, listPaths } from './form-value.ts';
import { IssuesContext } from './issues.tsx';
import { emptyValue, readField } from './json-schema.ts';
import { OtherIssues } from './other-issues.tsx';
import { RawJson } from './raw-json.tsx';
import { SchemaField } from './schema-field.tsx';
import type { BegunWith } from './use-begun-with.ts';
import { showFirstWrong, useIssues } from './use-issues.ts';

interface Definition {
  name: string;
  maxRounds: number;
  inputSchema: Json;
}

/** The input of one definition, with the workflow's key and how many rounds it may take. */
export function StartForm({
  ref,
  definition,
  given,
  onClose,
}: {
  ref: Ref<HTMLFormElement>;
  definition: Definition;
  /** What it begins with; null for an empty form. */
  given: Pick<BegunWith, 'input' | 'maxRounds'> | null;
  onClose: () => void;
}) {
  const t = useTranslations('start');
  const sayError = useErrorMessage();
  const trpc = useTRPC();
  const live = useLive();
  const form = useRef<HTMLFormElement>(null);
  useImperativeHandle(ref, () => form.current as HTMLFormElement, []);
  const [field] = useState(() => readField(definition.inputSchema));
  const [value, setValue] = useState<Json | undefined>(() => (given ? given.input : (emptyValue(field) ?? {})));
  const [raw, setRaw] = useState(() => given !== null && !fits(field, given.input));
  const [key, setKey] = useState('');
  const givenRounds = given && given.maxRounds !== definition.maxRounds ? given.maxRounds : null;
  const [maxRounds, setMaxRounds] = useState(String(givenRounds ?? ''));
  const { issues, context, report, clear } = useIssues(form);
  const commandId = useRef(makeCommandId());
  const start = useMutation(
    trpc.workflow.start.mutationOptions({
      onSuccess: ({ workflow }) => {
        live.place(workflow);
        onClose();
        toast.success(t('started', { key: workflow.key }), {
          description: (
            <Link href={toWorkflowHref(workflow.key)} className="underline underline-offset-2">
              {t('watch')}
            </Link>
          ),
        });
      },
      onError: (error) => {
        const { code, details } = readError(error);
        commandId.current = code === undefined || code === 'UNAVAILABLE' ? commandId.current : makeCommandId();
        if (code === 'INVALID_INPUT') report(details.issues);
        else if (code === 'GUARD_REJECTED' && details.guard === 'workflow-lifecycle')
          report([{ path: 'key', message: t('taken') }]);
        else report([{ path: '', message: sayError(error) }]);
      },
    }),
  );

  function switchRaw(): void {
    clear();
    setRaw(!raw);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (start.isPending) return;
    if (form.current?.querySelector('textarea:invalid')) {
      showFirstWrong(form.current);
      return;
    }
    const input = raw ? value : dropBlanks(field, value);
    const missing = raw
      ? []
      : findMissing(field, value, 'input', {
          blank: t('missing'),
          tooFew: (count) => t('atLeast', { count }),
        });
    const rounds = maxRounds.trim() === '' ? undefined : Number(maxRounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= limits.maxRounds))
      missing.push({ path: 'maxRounds', message: t('rounds', { most: limits.maxRounds }) });
    report(missing);
    if (missing.length > 0) return;
    const { name } = definition;
    start.mutate({ name, input, key: key.trim() || undefined, maxRounds: rounds, commandId: commandId.current });
  }

  const shownAt = ['key', 'maxRounds', ...(raw ? ['input'] : listPaths(field, value, 'input'))];
  return (
    <IssuesContext value={context}>
      <form ref={form} noValidate onSubmit={submit} className="flex min-h-0 flex-col">
        <div className="flex flex-col gap-4 overflow-y-auto p-4">
          <div className="flex items-center justify-between">
            <h3 className="font-semibold">{t('input')}</h3>
            <Button look="quiet" aria-pressed={raw} onClick={switchRaw} size="small">
              {t(raw ? 'asForm' : 'asJson')}
            </Button>
          </div>
          {raw ? (
            <RawJson label={t('input')} path="input" value={dropBlanks(field, value)} onChange={setValue} rows={10} />
          ) : (
            <SchemaField field={field} path="input" label={t('input')} value={value} onChange={setValue} />
          )}
          <details className="group rounded border" open={givenRounds !== null}>
            <summary className="px-3 py-2 text-muted hover:text-text">{t('keyAndRounds')}</summary>
            <div className="grid gap-4 border-t p-3 sm:grid-cols-2">
              <FieldFrame label={t('key')} path="key" hint={t('keyHint', { name: definition.name })}>
                {(props) => (
                  <input
                    {...props}
                    value={key}
                    onChange={(event) => setKey(event.target.value)}
                    className={inputClasses}
                  />
                )}
              </FieldFrame>
              <FieldFrame
                label={t('maxRounds')}
                path="maxRounds"
                hint={t('maxRoundsHint', { maxRounds: String(definition.maxRounds) })}
              >
                {(props) => (
                  <input
                    {...props}
                    inputMode="numeric"
                    value={maxRounds}
                    onChange={(event) => setMaxRounds(event.target.value)}
                    className={inputClasses}
                  />
                )}
              </FieldFrame>
            </div>
          </details>
        </div>
        <OtherIssues issues={issues.filter(({ path }) => !shownAt.includes(path))} />
        <footer className="flex justify-end gap-2 border-t px-4 py-3">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary" disabled={start.isPending}>
            {t(start.isPending ? 'pending' : 'submit')}
          </Button>
        </footer>
      </form>
    </IssuesContext>
  );
}
