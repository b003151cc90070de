'use client';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog as Primitive } from 'radix-ui';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { isConfirm } from './keyboard.ts';

/** A modal dialog: on a narrow screen it sits at the bottom, on a wide one in the upper middle. Escape closes it, and the focus goes back. */
export function Dialog({
  open,
  onOpenChange,
  onConfirm,
  title,
  wide = false,
  bare = false,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What ⌘ or Ctrl with Enter does, wherever in the dialog the focus is. */
  onConfirm?: () => void;
  title: ReactNode;
  wide?: boolean;
  /** Without a head: its title is only heard. */
  bare?: boolean;
  children: ReactNode;
}) {
  const t = useTranslations('ui');
  const opener = useRef<Element | null>(null);
  // Before the content is there, which takes the focus as soon as it is.
  useLayoutEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/40 dark:bg-black/60" />
        <Primitive.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            returnFocus(opener.current);
          }}
          onKeyDown={(event) => {
            if (!onConfirm || !isConfirm(event)) return;
            event.preventDefault(); // It presses no button that has the focus.
            onConfirm();
          }}
          className={clsx(
            'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t border bg-surface outline-none',
            'sm:inset-x-auto sm:top-[12dvh] sm:bottom-auto sm:left-1/2 sm:max-h-[80dvh] sm:-translate-x-1/2 sm:rounded',
            wide ? 'sm:w-[640px]' : 'sm:w-[480px]',
          )}
        >
          <header className={bare ? 'sr-only' : 'flex items-center justify-between gap-3 border-b py-2 pr-2 pl-4'}>
            <Primitive.Title className="min-w-0 text-base font-semibold">{title}</Primitive.Title>
            <Primitive.Close
              aria-label={t('close')}
              className="grid size-8 place-items-center rounded text-muted hover:bg-raised hover:text-text"
            >
              <X className="size-4" aria-hidden />
            </Primitive.Close>
          </header>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** To what opened the dialog; to the content when that has gone meanwhile or takes no focus. A dialog that came after it keeps the focus. */
function returnFocus(opener: Element | null): void {
  if (document.querySelector('[role=dialog][data-state=open]')) return;
  if (opener instanceof HTMLElement) opener.focus();
  if (opener === document.body || document.activeElement !== opener)
    document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true });
}
