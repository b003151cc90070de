'use client';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { type RefObject, useId, useState } from 'react';
import { limits } from '#domain/limits.ts';
import { readRecentReasons } from './recent-reasons.ts';

/** Why something is aborted, counted to its limit, with the reasons that this person gave last. */
export function ReasonField({
  ref,
  text,
  leastCharacters,
  readOnly,
  onChange,
}: {
  ref: RefObject<HTMLTextAreaElement | null>;
  text: string;
  leastCharacters: number;
  readOnly: boolean;
  onChange: (text: string) => void;
}) {
  const t = useTranslations('abort');
  const id = useId();
  const [recent] = useState(readRecentReasons);
  const characters = [...text.trim()].length;
  const tooLong = characters > limits.reasonCharacters;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {t('reason')}{' '}
        <span className="font-normal text-muted">
          {leastCharacters > 0 ? t('policy.least', { count: leastCharacters }) : t('reasonHint')}
        </span>
      </label>
      <textarea
        id={id}
        ref={ref}
        rows={3}
        value={text}
        readOnly={readOnly}
        aria-invalid={tooLong}
        aria-describedby={`${id}-count`}
        placeholder={t('placeholder')}
        onChange={(event) => onChange(event.target.value)}
        className="field-sizing-content max-h-48 min-h-18 w-full resize-none rounded border border-edge/60 bg-canvas px-3 py-2"
      />
      <p id={`${id}-count`} className={clsx('text-right text-xs', tooLong ? 'font-medium text-aborted' : 'text-muted')}>
        {t('count', { count: characters, limit: limits.reasonCharacters })}
      </p>
      {recent.length > 0 && (
        <ul aria-label={t('recent')} className="flex flex-wrap gap-1.5">
          {recent.map((known) => (
            <li key={known} className="max-w-full">
              <button
                type="button"
                onClick={() => {
                  onChange(known);
                  ref.current?.focus();
                }}
                className="block max-w-full truncate rounded border bg-surface px-2 py-0.5 text-xs text-muted hover:bg-raised hover:text-text"
              >
                {known}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
