'use client';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** A button for what is not done by a slip: it asks before. */
export function ConfirmButton({
  title,
  words,
  mutation,
  onConfirm,
  children,
  ...looks
}: Pick<ComponentProps<typeof Button>, 'look' | 'size' | 'aria-label'> & {
  title: string;
  words: { verb: string; pending: string; cancel: string };
  mutation: { error: unknown; isPending: boolean; reset: () => void };
  /** Does it: the dialog closes once it is done, and says what went wrong where it is not. */
  onConfirm: () => Promise<unknown>;
  /** What it will do. */
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...looks} onClick={() => setOpen(true)}>
        {words.verb}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={(next) => {
          mutation.reset();
          setOpen(next);
        }}
        title={title}
        words={{ cancel: words.cancel, confirm: mutation.isPending ? words.pending : words.verb }}
        error={mutation.error}
        pending={mutation.isPending}
        onConfirm={() =>
          void onConfirm().then(
            () => setOpen(false),
            () => {},
          )
        }
      >
        {children}
      </ConfirmDialog>
    </>
  );
}
