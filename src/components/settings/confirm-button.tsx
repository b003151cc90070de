'use client';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

/** A button for what can't be taken back: it asks before. */
export function ConfirmButton({
  label,
  title,
  words,
  mutation,
  onConfirm,
  children,
}: {
  /** What a screen reader says of the button, which says only its verb. */
  label: string;
  title: string;
  words: { verb: string; pending: string };
  mutation: { error: unknown; isPending: boolean; reset: () => void };
  onConfirm: (close: () => void) => void;
  /** What it will do. */
  children: ReactNode;
}) {
  const t = useTranslations('settings');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button aria-label={label} onClick={() => setOpen(true)}>
        {words.verb}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={(next) => {
          mutation.reset();
          setOpen(next);
        }}
        title={title}
        words={{ cancel: t('cancel'), confirm: mutation.isPending ? words.pending : words.verb }}
        error={mutation.error}
        pending={mutation.isPending}
        onConfirm={() => onConfirm(() => setOpen(false))}
      >
        {children}
      </ConfirmDialog>
    </>
  );
}
