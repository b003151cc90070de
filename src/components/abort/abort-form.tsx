'use client';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { limits } from '#domain/limits.ts';
import type { Workflow } from '#domain/workflow.ts';
import { readError } from '../trpc/errors.ts';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/class-names.ts';
import { Kbd } from '../ui/kbd.tsx';
import { isConfirm } from '../ui/keyboard.ts';
import { Consequence } from './consequence.tsx';
import { readRecentReasons } from './recent-reasons.ts';

/** What will happen, the reason for it, and the one button of danger. */
export function AbortForm({
  workflow,
  error,
  pending,
  onAbort,
  onCancel,
}: {
  workflow: Workflow;
  error: unknown;
  pending: boolean;
  onAbort: (reason: string) => void;
  onCancel: () => void;
}) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [recent] = useState(readRecentReasons);
  const reason = text.trim();
  const characters = [...reason].length;
  const tooLong = characters > limits.reasonCharacters;
  useEffect(() => field.current?.focus(), []);
  const confirm = () => !pending && !tooLong && onAbort(reason);
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
        <Consequence workflow={workflow} />
        <div className="flex flex-col gap-1.5">
          <label htmlFor={id} className="font-medium">
            Reason <span className="font-normal text-muted">optional, kept on the trail</span>
          </label>
          <textarea
            id={id}
            ref={field}
            rows={3}
            value={text}
            readOnly={pending}
            aria-invalid={tooLong}
            aria-describedby={`${id}-count`}
            placeholder="Why is it stopped?"
            onChange={(event) => setText(event.target.value)}
            className="field-sizing-content max-h-48 min-h-18 w-full resize-none rounded border border-edge/60 bg-canvas px-3 py-2"
          />
          <p id={`${id}-count`} className={cn('text-right text-xs text-muted', tooLong && 'font-medium text-aborted')}>
            {characters.toLocaleString('en-US')} of {limits.reasonCharacters.toLocaleString('en-US')} characters
          </p>
          {recent.length > 0 && (
            <ul aria-label="Recent reasons" className="flex flex-wrap gap-1.5">
              {recent.map((known) => (
                <li key={known} className="max-w-full">
                  <button
                    type="button"
                    onClick={() => {
                      setText(known);
                      field.current?.focus();
                    }}
                    className="block max-w-full truncate rounded border bg-surface px-2 py-0.5 text-xs text-muted hover:bg-raised hover:text-text"
                  >
                    {known}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
        {error ? (
          <p role="alert" className="rounded bg-refused-soft px-3 py-2 text-refused">
            {readError(error).message}
          </p>
        ) : null}
      </div>
      <footer className="flex items-center justify-end gap-2 border-t px-4 py-3">
        <span className="mr-auto hidden items-center gap-1 text-xs text-muted sm:flex">
          <Kbd>⌘/Ctrl</Kbd>
          <Kbd>Enter</Kbd>
        </span>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="danger" disabled={pending || tooLong}>
          {pending ? 'Aborting…' : 'Abort workflow'}
        </Button>
      </footer>
    </form>
  );
}
