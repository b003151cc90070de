'use client';
import { useTranslations } from 'next-intl';
import type { Json } from '#domain/json.ts';
import { FieldFrame, inputClasses } from './field-frame.tsx';
import { useForget } from './issues.tsx';
import type { Field } from './json-schema.ts';
import { ListField } from './list-field.tsx';
import { MapField } from './map-field.tsx';
import { ObjectField } from './object-field.tsx';
import { RawJson } from './raw-json.tsx';

export interface FieldProps<F extends Field = Field> {
  field: F;
  path: string;
  label: string;
  hint?: string | null;
  required?: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

/** One field of a form, whatever its schema asks for. */
export function SchemaField(props: FieldProps) {
  const { field, path, label, hint, required, value, onChange } = props;
  switch (field.type) {
    case 'object':
      return <ObjectField {...props} field={field} />;
    case 'list':
      return <ListField {...props} field={field} />;
    case 'map':
      return <MapField {...props} field={field} />;
    case 'json':
      return <RawJson label={label} path={path} hint={hint} required={required} value={value} onChange={onChange} />;
    case 'boolean':
      return <Checkbox {...props} />;
    default:
      return (
        <FieldFrame label={label} path={path} hint={hint} required={required}>
          {(frame) => <Input {...frame} field={field} value={value} onChange={onChange} />}
        </FieldFrame>
      );
  }
}

function Checkbox({ path, label, hint, value, onChange }: FieldProps) {
  const forget = useForget();
  const change = (checked: boolean) => {
    forget(path);
    onChange(checked);
  };
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        checked={value === true}
        onChange={(event) => change(event.target.checked)}
        className="mt-0.5 size-4"
      />
      <span>
        <span className="font-medium">{label}</span>
        {hint && <span className="block text-xs text-muted">{hint}</span>}
      </span>
    </label>
  );
}

function Input({
  field,
  value,
  onChange,
  ...frame
}: Pick<FieldProps, 'value' | 'onChange'> & {
  field: Extract<Field, { type: 'text' | 'number' | 'choice' }>;
  id: string;
}) {
  const t = useTranslations('start');
  const text = value === undefined || value === null ? '' : String(value);
  if (field.type === 'number') {
    const change = (given: string) =>
      onChange(given === '' ? undefined : Number.isFinite(Number(given)) ? Number(given) : given);
    return (
      <input
        {...frame}
        type="number"
        step={field.integer ? 1 : 'any'}
        value={text}
        onChange={(event) => change(event.target.value)}
        className={inputClasses}
      />
    );
  }
  if (field.type === 'choice') {
    return (
      <select
        {...frame}
        value={text}
        onChange={(event) => onChange(event.target.value || undefined)}
        className={inputClasses}
      >
        <option value="">{t('choose')}</option>
        {field.options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    );
  }
  const shared = { ...frame, value: text, spellCheck: false, autoComplete: 'off' };
  return field.long ? (
    <textarea
      {...shared}
      rows={1}
      onChange={(event) => onChange(event.target.value)}
      className={`${inputClasses} field-sizing-content max-h-48 resize-none font-mono`}
    />
  ) : (
    <input {...shared} onChange={(event) => onChange(event.target.value)} className={`${inputClasses} font-mono`} />
  );
}
