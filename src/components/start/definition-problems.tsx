'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../trpc/trpc.ts';

/** Names the files of the workflows directory that could not be loaded, so that nobody looks in vain for what they define. */
export function DefinitionProblems() {
  const t = useTranslations('start');
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.definition.problems.queryOptions());
  if (data.length === 0) return null;
  return (
    <section aria-label={t('notLoaded')} className="border-b px-4 py-3 text-xs">
      <p className="font-medium">{t('notLoaded')}</p>
      <ul className="mt-1 space-y-1 text-muted">
        {data.map(({ file, problem }) => (
          <li key={`${file}: ${problem}`} className="break-words">
            <span className="font-mono text-text">{file}</span>: {problem}
          </li>
        ))}
      </ul>
    </section>
  );
}
