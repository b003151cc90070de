'use client';
import { useTranslations } from 'next-intl';
import { readError } from '../trpc/errors.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';

/** What is wrong with a draft: each place and what is not allowed there, or the server's words. */
export function DraftIssues({ error }: { error: unknown }) {
  const t = useTranslations('guards.draft');
  const say = useErrorMessage();
  const known = readError(error);
  if (known.code !== 'GUARD_INVALID')
    return (
      <p role="alert" className="rounded bg-refused-soft px-3 py-2 text-refused">
        {say(error)}
      </p>
    );
  const { issues } = known.details;
  return (
    <div role="alert" className="rounded bg-refused-soft px-3 py-2 text-refused">
      <p className="font-medium">{t('issues', { count: issues.length })}</p>
      <ul className="flex flex-col gap-1 pt-1">
        {issues.map(({ path, message }) => (
          <li key={`${path} ${message}`} className="break-words">
            <code className="font-mono text-xs">{path}</code> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
