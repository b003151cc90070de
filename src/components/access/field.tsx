import { useTranslations } from 'next-intl';
import { type ComponentProps, type ReactNode, useId } from 'react';

/** A labelled line of text. */
export function Field({ label, hint, ...props }: { label: string; hint?: ReactNode } & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="h-9 w-full rounded border border-edge/60 bg-canvas px-3 read-only:text-muted"
        {...props}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A password that is being chosen, with what it must be. */
export function NewPasswordField({ label, name }: { label: string; name: string }) {
  const t = useTranslations('access');
  return (
    <Field
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      minLength={10}
      maxLength={128}
      hint={t('passwordHint')}
      required
    />
  );
}

/** What went wrong with a form, for everyone to notice. */
export function Problem({ error }: { error: { message: string } | null }) {
  if (!error) return null;
  return (
    <p role="alert" className="rounded bg-refused-soft px-3 py-2 text-refused">
      {error.message}
    </p>
  );
}
