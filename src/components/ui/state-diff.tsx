import { useTranslations } from 'next-intl';
import type { Json } from '#domain/json.ts';
import { diffJson } from './diff-json.ts';

const shownCharacters = 200;

/** What changed in a state, place by place: before → after. */
export function StateDiff({ before, after }: { before: Json; after: Json }) {
  const t = useTranslations('ui.diff');
  const differences = diffJson(before, after);
  if (differences.length === 0) return <span className="text-muted">{t('same')}</span>;
  return (
    <ul className="flex flex-col gap-0.5 font-mono text-xs leading-5">
      {differences.map((difference) => (
        <li key={difference.path} className="break-words">
          {difference.path && <span className="text-muted">{difference.path}: </span>}
          {'before' in difference && (
            <del className="text-muted decoration-muted/60">
              <span className="sr-only">{t('before')} </span>
              {write(difference.before)}
            </del>
          )}
          {'before' in difference && 'after' in difference && <span aria-hidden> → </span>}
          {'after' in difference && (
            <ins className="font-medium no-underline">
              <span className="sr-only">{t('after')} </span>
              {write(difference.after)}
            </ins>
          )}
        </li>
      ))}
    </ul>
  );
}

function write(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
