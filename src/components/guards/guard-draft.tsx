'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { GuardInfo } from '#domain/guard.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { parseText, toDraftText } from './draft.ts';
import { DraftApply } from './draft-apply.tsx';
import { DraftTrial } from './draft-trial.tsx';
import { useKeptDraft } from './use-kept-draft.ts';

/** A guard that is being written: its definition, what it makes of an event, and the way into force. */
export function GuardDraft({ from }: { from: GuardInfo | null }) {
  const t = useTranslations('guards.draft');
  const words = useTranslations('guards');
  const draft = useKeptDraft(from?.name ?? '', toDraftText(from));
  const parsed = parseText(draft.text);
  const definition = parsed.state === 'json' ? parsed.value : undefined;
  return (
    <>
      <PageHeader
        title={words('draftTitle')}
        about={
          <>
            <Link href="/guards" className="rounded underline hover:text-text">
              {t('back')}
            </Link>{' '}
            · {t('about')}
          </>
        }
      />
      <div className="grid items-start gap-4 px-4 pb-6 lg:grid-cols-2 lg:px-6">
        <section aria-label={t('definition')} className="flex min-w-0 flex-col gap-3">
          <label htmlFor="definition" className="font-medium">
            {t('definition')} <span className="font-normal text-muted">{t('definitionHint')}</span>
          </label>
          <p role="status" className="text-muted empty:hidden">
            {draft.isRestored &&
              t.rich('restored', {
                anew: (words) => (
                  <button
                    type="button"
                    onClick={draft.beginAnew}
                    className="rounded underline underline-offset-2 hover:text-text"
                  >
                    {words}
                  </button>
                ),
              })}
          </p>
          <textarea
            id="definition"
            value={draft.text}
            rows={18}
            spellCheck={false}
            aria-invalid={parsed.state !== 'json'}
            aria-describedby="definition-problem"
            onChange={(event) => draft.change(event.target.value)}
            className="field-sizing-content max-h-[70dvh] min-h-72 w-full resize-y rounded border border-edge/60 bg-surface p-3 font-mono text-xs leading-5"
          />
          <p id="definition-problem" className="text-refused empty:hidden">
            {parsed.state === 'broken' && t('notJson', { problem: parsed.problem })}
          </p>
          <DraftApply definition={definition} onApplied={draft.forget} />
        </section>
        <DraftTrial definition={definition} />
      </div>
    </>
  );
}
