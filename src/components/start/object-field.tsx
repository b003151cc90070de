'use client';
import { useTranslations } from 'next-intl';
import { isObject, joinPath, withMember } from './form-value.ts';
import type { Field, Member } from './json-schema.ts';
import { type FieldProps, SchemaField } from './schema-field.tsx';

/** An object's members: what must be given first, the rest under “more”. */
export function ObjectField({ field, path, value, onChange }: FieldProps<Extract<Field, { type: 'object' }>>) {
  const t = useTranslations('start');
  const object = isObject(value) ? value : {};
  const needed = field.members.filter(({ required }) => required);
  const optional = field.members.filter(({ required }) => !required);
  const show = ({ name, label, description, required, field: member }: Member) => (
    <SchemaField
      key={name}
      field={member}
      path={joinPath(path, name)}
      label={label}
      hint={description}
      required={required}
      value={object[name]}
      onChange={(given) => onChange(withMember(object, name, given))}
    />
  );
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {needed.map(show)}
      {needed.length === 0 ? optional.map(show) : null}
      {needed.length > 0 && optional.length > 0 && (
        <details>
          <summary className="w-fit text-xs text-muted hover:text-text">
            {t('more', { labels: optional.map(({ label }) => label).join(', ') })}
          </summary>
          <div className="flex flex-col gap-4 pt-3">{optional.map(show)}</div>
        </details>
      )}
    </div>
  );
}
