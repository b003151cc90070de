'use client';
import { AbortMany } from './abort-many.tsx';
import { AbortOne } from './abort-one.tsx';
import type { AbortTarget } from './abort-target.ts';

/** Says what an abort will do, asks for a reason, and aborts. It follows what it speaks of while it is open. */
export function AbortDialog({
  target,
  open,
  onOpenChange,
}: {
  target: AbortTarget;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return target.type === 'one' ? (
    <AbortOne workflow={target.workflow} open={open} onOpenChange={onOpenChange} />
  ) : (
    <AbortMany target={target} open={open} onOpenChange={onOpenChange} />
  );
}
