'use client';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { CopyButton } from '../ui/copy-button.tsx';

const shownCharacters = 4_000;

/** An entry as the API gives it. A large one is shown in part, and copied whole. */
export const TrailRaw = memo(function TrailRaw({ entry }: { entry: TimelineEntry }) {
  const t = useTranslations('workflow.entry');
  const text = JSON.stringify(entry, null, 2);
  return (
    <article
      aria-label={entry.kind}
      className={clsx('relative border-b px-4 py-1.5 lg:px-6', entry.type === 'refusal' && 'bg-refused-soft')}
    >
      <pre className="pr-8 font-mono text-xs leading-4 break-words whitespace-pre-wrap">
        {text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text}
      </pre>
      <CopyButton text={text} label={t('copyEntry')} className="absolute top-1 right-3 bg-canvas" />
    </article>
  );
});
