'use client';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Json } from '#domain/json.ts';
import { Button } from '../ui/button.tsx';
import { joinPath } from './form-value.ts';
import { useForget, useIssue } from './issues.tsx';
import { emptyValue, type Field } from './json-schema.ts';
import { type FieldProps, SchemaField } from './schema-field.tsx';

/** A list, whose items can be added, moved and removed. */
export function ListField({ field, path, label, hint, value, onChange }: FieldProps<Extract<Field, { type: 'list' }>>) {
  const t = useTranslations('start');
  const items = Array.isArray(value) ? value : [];
  const issue = useIssue(path);
  const forget = useForget();
  const blank = emptyValue(field.item) ?? '';
  const rearrange = (next: Json[]) => {
    forget(path); // What is wrong is known by its place, and the places have changed.
    onChange(next);
  };
  const swap = (from: number, to: number) =>
    rearrange(items.with(from, items[to] as Json).with(to, items[from] as Json));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="font-medium">{label}</legend>
      {hint && <p className="text-xs text-muted">{hint}</p>}
      {issue && <p className="text-xs text-aborted">{issue}</p>}
      <ol className="flex flex-col gap-2">
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is its place in the list
          <li key={index} className="flex gap-2 rounded border bg-surface p-3">
            <span className="w-5 shrink-0 pt-0.5 text-right text-muted">{index + 1}</span>
            <div className="min-w-0 grow">
              <SchemaField
                field={field.item}
                path={joinPath(path, index)}
                label={`${label} ${index + 1}`}
                required
                value={item}
                onChange={(given) => onChange(items.with(index, given ?? null))}
              />
            </div>
            <div className="flex flex-col">
              <IconButton
                label={t('up', { item: `${label} ${index + 1}` })}
                disabled={index === 0}
                onClick={() => swap(index, index - 1)}
              >
                <ArrowUp aria-hidden />
              </IconButton>
              <IconButton
                label={t('down', { item: `${label} ${index + 1}` })}
                disabled={index === items.length - 1}
                onClick={() => swap(index, index + 1)}
              >
                <ArrowDown aria-hidden />
              </IconButton>
              <IconButton
                label={t('remove', { item: `${label} ${index + 1}` })}
                disabled={items.length <= field.atLeast}
                onClick={() => rearrange(items.toSpliced(index, 1))}
              >
                <Trash2 aria-hidden />
              </IconButton>
            </div>
          </li>
        ))}
      </ol>
      <Button
        className="self-start"
        aria-label={t('addTo', { label })}
        onClick={() => rearrange([...items, structuredClone(blank)])}
      >
        <Plus aria-hidden />
        {t('add')}
      </Button>
    </fieldset>
  );
}

function IconButton({
  label,
  disabled,
  onClick,
  children,
}: {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <Button look="quiet" aria-label={label} title={label} disabled={disabled} onClick={onClick} size="small-icon">
      {children}
    </Button>
  );
}
