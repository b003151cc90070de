import { useTranslations } from 'next-intl';
import type { Issues } from './issues.tsx';

const most = 4;

/** What is wrong with no field in particular, or at a place that the form does not show. It stands where it is always seen. */
export function OtherIssues({ issues }: { issues: Issues }) {
  const t = useTranslations('start');
  if (issues.length === 0) return null;
  return (
    <div role="alert" className="shrink-0 border-t bg-refused-soft px-4 py-2 text-refused">
      <ul className="flex flex-col gap-1">
        {issues.slice(0, most).map(({ path, message }) => (
          <li key={`${path} ${message}`} className="break-words">
            {path && <code className="font-mono">{path}</code>} {message}
          </li>
        ))}
        {issues.length > most && <li>{t('moreIssues', { count: issues.length - most })}</li>}
      </ul>
    </div>
  );
}
