import type { ComponentProps } from 'react';
import { cn } from './class-names.ts';

const looks = {
  primary: 'border-text bg-text text-canvas hover:opacity-90',
  plain: 'border-line bg-surface text-text hover:bg-raised',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-raised hover:text-text',
  danger: 'border-danger bg-danger text-white hover:bg-danger-hover',
  /** In a row of many: red only in the row that has the pointer or the focus, or where there is no pointer. */
  abort: cn(
    'border-line bg-transparent text-muted group-focus-within:text-aborted group-hover:text-aborted',
    '[@media(hover:none)]:text-aborted hover:bg-aborted-soft',
  ),
};

/** A button's looks, for what must look like one but is a link. */
export function buttonClasses(look: keyof typeof looks = 'plain', className?: string): string {
  return cn(
    'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded border px-3 text-sm font-medium whitespace-nowrap select-none',
    'disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0',
    looks[look],
    className,
  );
}

export function Button({
  look,
  className,
  type = 'button',
  ...props
}: ComponentProps<'button'> & { look?: keyof typeof looks }) {
  return <button type={type} className={buttonClasses(look, className)} {...props} />;
}
