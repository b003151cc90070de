'use client';
import { useTranslations } from 'next-intl';
import { type ReactNode, useId } from 'react';
import { useForget, useIssue } from './issues.tsx';

export const inputClasses =
  'w-full rounded border border-edge/60 bg-canvas px-2.5 py-1.5 aria-invalid:border-aborted disabled:opacity-60';

/** A field's label, hint and what is wrong with it, until it changes; tied to its input for those who do not see them. */
export function FieldFrame({
  label,
  path,
  hint,
  required = false,
  children,
}: {
  label: string;
  path: string;
  hint?: string | null;
  required?: boolean;
  children: (props: {
    id: string;
    'aria-invalid': boolean;
    'aria-describedby': string | undefined;
    'aria-required': boolean;
  }) => ReactNode;
}) {
  const t = useTranslations('start');
  const id = useId();
  const issue = useIssue(path);
  const forget = useForget();
  const described = [hint && `${id}-hint`, issue && `${id}-issue`].filter(Boolean).join(' ');
  return (
    <div onChange={() => forget(path)} className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
        {!required && <span className="font-normal text-muted"> {t('optional')}</span>}
      </label>
      {children({
        id,
        'aria-invalid': issue !== undefined,
        'aria-describedby': described || undefined,
        'aria-required': required,
      })}
      {issue && (
        <p id={`${id}-issue`} className="text-xs text-aborted">
          {issue}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
