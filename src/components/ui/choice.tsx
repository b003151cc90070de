'use client';
import { clsx } from 'clsx';

/** A few options of which one holds, side by side. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; word: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className="flex shrink-0 rounded border bg-surface p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={clsx(
            'h-6.5 rounded px-2 text-xs font-medium whitespace-nowrap',
            option.value === value ? 'bg-raised text-text' : 'text-muted hover:text-text',
          )}
        >
          {option.word}
        </button>
      ))}
    </fieldset>
  );
}
