'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Json } from '#domain/json.ts';
import { Button } from '../ui/button.tsx';
import { inputClasses } from './field-frame.tsx';
import { isObject, joinPath } from './form-value.ts';
import { useForget, useIssueBelow } from './issues.tsx';
import { emptyValue, type Field } from './json-schema.ts';
import { type FieldProps, SchemaField } from './schema-field.tsx';

type Row = [name: string, value: Json];

/** An object whose names are free, such as environment variables. Rows without a name yet are not part of the value. */
export function MapField({ field, path, label, hint, value, onChange }: FieldProps<Extract<Field, { type: 'map' }>>) {
  const t = useTranslations('start');
  const [rows, setRows] = useState<Row[]>(() => (isObject(value) ? Object.entries(value) : []));
  const isWrong = useIssueBelow(path);
  const forget = useForget();
  const change = (next: Row[]) => {
    forget(path);
    setRows(next);
    const named = next.filter(([name]) => name !== '');
    onChange(named.length > 0 ? Object.fromEntries(named) : undefined);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="font-medium">
        {label} <span className="font-normal text-muted">{t('optional')}</span>
      </legend>
      {hint && <p className="text-xs text-muted">{hint}</p>}
      {rows.map(([name, given], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row keeps its place while its name is typed
        <div key={index} className="flex items-start gap-2">
          <label className="flex min-w-0 grow basis-0 flex-col gap-1 font-medium">
            {t('name')}
            <input
              value={name}
              aria-invalid={isWrong}
              spellCheck={false}
              onChange={(event) => change(rows.with(index, [event.target.value, given]))}
              className={`${inputClasses} font-mono font-normal`}
            />
          </label>
          <div className="min-w-0 grow-2 basis-0">
            <SchemaField
              field={field.value}
              path={joinPath(path, name)}
              label={t('value')}
              required
              value={given}
              onChange={(next) => change(rows.with(index, [name, next ?? '']))}
            />
          </div>
          <Button
            look="quiet"
            aria-label={t('remove', { item: name || t('thisRow') })}
            onClick={() => change(rows.toSpliced(index, 1))}
            size="tight"
            className="mt-6"
          >
            <Trash2 aria-hidden />
          </Button>
        </div>
      ))}
      <Button
        className="self-start"
        aria-label={t('addTo', { label })}
        onClick={() => change([...rows, ['', emptyValue(field.value) ?? '']])}
      >
        <Plus aria-hidden />
        {t('add')}
      </Button>
    </fieldset>
  );
}
