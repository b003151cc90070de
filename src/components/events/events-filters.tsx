'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { EventsParams } from './events-params.ts';

const pauseMs = 250;

type Fields = Pick<EventsParams, 'kind' | 'key'>;

/** Which kinds and which key. Without JavaScript it is a form. */
export function EventsFilters({ params, onChange }: { params: Fields; onChange: (fields: Fields) => void }) {
  const t = useTranslations('events');
  const [fields, setFields] = useState<Fields>({ kind: params.kind, key: params.key });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: Fields) => {
    setFields(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange({ ...next, kind: next.kind.trim(), key: next.key.trim() }), pauseMs);
  };
  return (
    <form
      action="/events"
      onSubmit={(event) => event.preventDefault()}
      className="flex grow flex-wrap gap-2 sm:justify-end"
    >
      <input
        name="kind"
        aria-label={t('kindLabel')}
        placeholder={t('kindHint')}
        value={fields.kind}
        onChange={(event) => change({ ...fields, kind: event.target.value })}
        spellCheck={false}
        autoComplete="off"
        className="h-8 min-w-40 grow basis-40 rounded border border-edge/60 bg-surface px-2.5 font-mono text-xs sm:max-w-56"
      />
      <input
        name="key"
        aria-label={t('key')}
        placeholder={t('key')}
        value={fields.key}
        onChange={(event) => change({ ...fields, key: event.target.value })}
        spellCheck={false}
        autoComplete="off"
        className="h-8 min-w-32 grow basis-32 rounded border border-edge/60 bg-surface px-2.5 font-mono text-xs sm:max-w-56"
      />
      <button type="submit" className="sr-only">
        {t('filter')}
      </button>
    </form>
  );
}
