'use client';
import type { ReactNode } from 'react';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** Asks before something is done that needs no more than a yes. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  words,
  error,
  pending,
  onConfirm,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  words: { cancel: string; confirm: string };
  error: unknown;
  pending: boolean;
  onConfirm: () => void;
  children: ReactNode;
}) {
  const say = useErrorMessage();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} onConfirm={() => !pending && onConfirm()} title={title}>
      <div className="flex flex-col gap-3 p-4">
        {children}
        {error ? (
          <p role="alert" className="rounded bg-refused-soft px-3 py-2 text-refused">
            {say(error)}
          </p>
        ) : null}
      </div>
      <footer className="flex justify-end gap-2 border-t px-4 py-3">
        <Button onClick={() => onOpenChange(false)}>{words.cancel}</Button>
        <Button look="primary" disabled={pending} onClick={onConfirm}>
          {words.confirm}
        </Button>
      </footer>
    </Dialog>
  );
}
