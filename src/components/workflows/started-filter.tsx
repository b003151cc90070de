'use client';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import type { ListParams } from './list-params.ts';

export const fieldClasses = 'h-8 w-full min-w-0 rounded border border-edge/60 bg-canvas px-2';

const hourMs = 60 * 60 * 1_000;
const spans = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs };
type Choice = keyof typeof spans | 'anyTime' | 'other';

/** When a workflow was started. What is chosen becomes moments in the URL, so that the link means the same tomorrow. */
export function StartedFilter({ params, onChange }: { params: ListParams; onChange: (params: ListParams) => void }) {
  const t = useTranslations('list.filter');
  const id = useId();
  const { after, before } = params;
  const [chosen, setChosen] = useState<Choice>(after || before ? 'other' : 'anyTime');
  const choice =
    chosen === 'anyTime' && (after || before) ? 'other' : chosen !== 'other' && !after && !before ? 'anyTime' : chosen;
  const choose = (next: Choice) => {
    setChosen(next);
    if (next === 'anyTime') onChange({ ...params, after: '', before: '' });
    else if (next !== 'other')
      onChange({ ...params, after: new Date(Date.now() - spans[next]).toISOString(), before: '' });
  };
  return (
    <div className="flex flex-col gap-2">
      <label htmlFor={id} className="flex flex-col gap-1 font-medium">
        {t('started')}
        <select
          id={id}
          value={choice}
          onChange={(event) => choose(event.target.value as Choice)}
          className={`${fieldClasses} font-normal`}
        >
          {(['anyTime', 'hour', 'day', 'week', 'other'] as const).map((name) => (
            <option key={name} value={name}>
              {t(name)}
            </option>
          ))}
        </select>
      </label>
      {choice !== 'anyTime' && (
        <div className="flex flex-col gap-2">
          <Moment label={t('from')} at={after} onChange={(at) => onChange({ ...params, after: at })} />
          <Moment label={t('until')} at={before} onChange={(at) => onChange({ ...params, before: at })} />
        </div>
      )}
    </div>
  );
}

function Moment({ label, at, onChange }: { label: string; at: string; onChange: (at: string) => void }) {
  return (
    <label className="flex min-w-0 flex-col gap-1 text-xs text-muted">
      {label}
      <input
        type="datetime-local"
        value={at ? toLocal(at) : ''}
        onChange={(event) => onChange(event.target.value ? new Date(event.target.value).toISOString() : '')}
        className={`${fieldClasses} text-text`}
      />
    </label>
  );
}

/** A moment as the field writes it: in the reader's time zone, without naming it. */
function toLocal(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
