'use client';
import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { useCallback, useRef, useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { DefinitionProblems } from './definition-problems.tsx';
import { Hindrance } from './hindrance.tsx';
import { StartForm } from './start-form.tsx';
import { useBegunWith } from './use-begun-with.ts';

/**
 * Starts a workflow of any definition, with a form made from the schema of its input. `like` names one whose definition and
 * input it begins with.
 */
export function StartDialog({
  like,
  onClose,
}: {
  like?: Pick<Workflow, 'key' | 'name' | 'maxRounds'>;
  onClose: () => void;
}) {
  const t = useTranslations('start');
  const sayError = useErrorMessage();
  const trpc = useTRPC();
  const [chosen, setChosen] = useState(like?.name ?? null);
  const begunWith = useBegunWith(like);
  const definitions = useQuery(
    // What keeps a workflow from running is told by no event, so it is read each time.
    trpc.definition.list.queryOptions(undefined, { refetchOnMount: 'always' }),
  );
  const error = definitions.error ?? begunWith.error;
  const isRead = like === undefined || begunWith.isSuccess;
  const data = isRead ? definitions.data : undefined;
  const definition = data?.find(({ name }) => name === chosen) ?? data?.at(-1);
  const given = begunWith.data?.name === definition?.name ? begunWith.data : null;
  const title = like ? t('again.title', { key: like.key }) : t('title');
  const form = useRef<HTMLFormElement>(null);
  const hasShown = useRef(false);
  const showForm = useCallback((shown: HTMLFormElement | null) => {
    form.current = shown;
    if (shown && !hasShown.current) focusFirst(shown); // Not for each definition: whoever looks through them stays there.
    hasShown.current ||= shown !== null;
  }, []);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      onConfirm={() => form.current?.requestSubmit()}
      title={title}
      wide
    >
      {data && definition ? (
        <>
          <fieldset className="grid gap-2 border-b p-4 sm:grid-cols-2">
            <legend className="sr-only">{t('definition')}</legend>
            {data.map(({ name, description }) => (
              <label
                key={name}
                className={clsx(
                  'flex cursor-pointer flex-col rounded border px-3 py-2 has-focus-visible:outline-2 has-focus-visible:outline-accent',
                  name === definition.name ? 'border-accent bg-accent-soft' : 'hover:bg-raised',
                )}
              >
                <input
                  type="radio"
                  name="definition"
                  checked={name === definition.name}
                  onChange={() => setChosen(name)}
                  className="sr-only"
                />
                <span className="font-medium">{name}</span>
                <span className="text-xs text-muted">{description}</span>
              </label>
            ))}
          </fieldset>
          <DefinitionProblems />
          <Hindrance hindrance={definition.hindrance} />
          {like && !data.some(({ name }) => name === like.name) && (
            <p role="status" className="border-b bg-refused-soft px-4 py-3 text-xs text-refused">
              {t('again.gone', { name: like.name })}
            </p>
          )}
          <StartForm
            key={definition.name}
            ref={showForm}
            definition={definition}
            given={given ?? null}
            onClose={onClose}
          />
        </>
      ) : error ? (
        <div role="alert" className="flex flex-col items-start gap-3 p-4">
          <p>{sayError(error)}</p>
          <Button onClick={() => void Promise.all([definitions.refetch(), like && begunWith.refetch()])}>
            {t('retry')}
          </Button>
        </div>
      ) : (
        <p role="status" className="p-4 text-muted">
          {t('reading')}
        </p>
      )}
    </Dialog>
  );
}

/** The first field that is in no fold; where there is none, the choice before the form. */
function focusFirst(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLElement>(':is(input, textarea, select):not(details:not([open]) *)');
  const chosen = form.parentElement?.querySelector<HTMLElement>('[name=definition]:checked');
  (field ?? chosen)?.focus();
}
