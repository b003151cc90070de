'use client';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { limits } from '#domain/limits.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { commandKey, isConfirm } from '../ui/keyboard.ts';
import { ReasonField } from './reason-field.tsx';
import { TypedCount } from './typed-count.tsx';

/** What will happen, the reason for it, and the one button of danger. */
export function AbortForm({
  verb,
  about,
  typed = null,
  leastCharacters = 0,
  error = null,
  pending = null,
  onAbort,
  onCancel,
}: {
  /** What the button says. */
  verb: string;
  /** What will happen. */
  about: ReactNode;
  /** A number that must be typed first. */
  typed?: number | null;
  /** So many characters the reason has at least. */
  leastCharacters?: number;
  error?: unknown;
  /** What the button says while it waits. */
  pending?: string | null;
  onAbort: (reason: string) => void;
  onCancel: () => void;
}) {
  const t = useTranslations('abort');
  const sayError = useErrorMessage();
  const field = useRef<HTMLTextAreaElement>(null);
  const countField = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [count, setCount] = useState('');
  const reason = text.trim();
  const characters = [...reason].length;
  const fits = characters >= leastCharacters && characters <= limits.reasonCharacters;
  const isReady = fits && (typed === null || count.trim() === String(typed));
  useEffect(() => field.current?.focus(), []);
  const confirm = () => {
    if (pending !== null) return;
    if (isReady) onAbort(reason);
    else if (fits) countField.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isConfirm(event)) return;
    event.preventDefault();
    confirm();
  };
  return (
    <form
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
      className="flex min-h-0 flex-col"
    >
      <div className="flex flex-col gap-4 overflow-y-auto p-4">
        {about}
        <ReasonField
          ref={field}
          text={text}
          leastCharacters={leastCharacters}
          readOnly={pending !== null}
          onChange={setText}
        />
        {typed !== null && <TypedCount ref={countField} wanted={typed} text={count} onChange={setCount} />}
        {error ? (
          <p role="alert" className="rounded bg-refused-soft px-3 py-2 text-refused">
            {sayError(error)}
          </p>
        ) : null}
      </div>
      <footer className="flex items-center justify-end gap-2 border-t px-4 py-3">
        <span className="mr-auto hidden items-center gap-1 text-xs text-muted sm:flex">
          <Kbd>{commandKey}</Kbd>
          <Kbd>Enter</Kbd>
        </span>
        <Button onClick={onCancel}>{t('cancel')}</Button>
        <Button type="submit" look="danger" disabled={pending !== null || !isReady}>
          {pending ?? verb}
        </Button>
      </footer>
    </form>
  );
}
