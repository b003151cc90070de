'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Json } from '#domain/json.ts';
import { FieldFrame, inputClasses } from './field-frame.tsx';

/** A value as JSON text. While the text is no JSON the value stays what it was, and the field says so. */
export function RawJson({
  label,
  path,
  hint,
  required = true,
  value,
  onChange,
  rows = 4,
}: {
  label: string;
  path: string;
  hint?: string | null;
  required?: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  rows?: number;
}) {
  const t = useTranslations('start');
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [problem, setProblem] = useState<string | null>(null);
  const change = (field: HTMLTextAreaElement) => {
    setText(field.value);
    try {
      onChange(field.value.trim() === '' ? undefined : (JSON.parse(field.value) as Json));
      setProblem(null);
      field.setCustomValidity('');
    } catch (error) {
      setProblem((error as Error).message);
      field.setCustomValidity(t('notJsonShort')); // Keeps the form from being sent with the value before.
    }
  };
  return (
    <FieldFrame label={label} path={path} hint={problem ? t('notJson', { problem }) : hint} required={required}>
      {(frame) => (
        <textarea
          {...frame}
          aria-invalid={frame['aria-invalid'] || problem !== null}
          rows={rows}
          value={text}
          spellCheck={false}
          onChange={(event) => change(event.target)}
          className={`${inputClasses} field-sizing-content max-h-80 resize-none font-mono text-xs`}
        />
      )}
    </FieldFrame>
  );
}
