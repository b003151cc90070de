'use client';
import { useTranslations } from 'next-intl';
import { type Ref, useId } from 'react';

/** Has someone type how many it is: nobody stops many workflows by a slip. */
export function TypedCount({
  ref,
  wanted,
  text,
  onChange,
}: {
  ref: Ref<HTMLInputElement>;
  wanted: number;
  text: string;
  onChange: (text: string) => void;
}) {
  const t = useTranslations('abort.many');
  const id = useId();
  return (
    <div className="flex items-center gap-3">
      <label htmlFor={id} className="font-medium">
        {t.rich('type', { count: () => <code className="rounded bg-raised px-1 font-mono">{wanted}</code> })}
      </label>
      <input
        ref={ref}
        id={id}
        inputMode="numeric"
        autoComplete="off"
        value={text}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-24 rounded border border-edge/60 bg-canvas px-2.5"
      />
    </div>
  );
}
