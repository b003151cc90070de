import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const looks = {
  primary: 'border-text bg-text text-canvas hover:opacity-90',
  plain: 'border-line bg-surface text-text hover:bg-raised',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-raised hover:text-text',
  danger: 'border-danger bg-danger text-white hover:bg-danger-hover',
  /** In a row of many: red only in the row that has the pointer or the focus, or where there is no pointer. */
  abort: clsx(
    'border-line bg-transparent text-muted group-focus-within:text-aborted group-hover:text-aborted',
    '[@media(hover:none)]:text-aborted hover:bg-aborted-soft',
  ),
  /** Over what is read. */
  floating: 'border-edge/60 bg-surface text-text hover:bg-raised',
};

const sizes = {
  normal: 'h-8 px-3 text-sm',
  /** Beside a field of a form. */
  large: 'h-9 px-3 text-sm',
  /** Where there is little room beside it. */
  tight: 'h-8 px-2 text-sm',
  /** In a bar of tools. */
  tool: 'h-8 px-2 text-xs',
  small: 'h-7 px-2 text-xs',
  /** With nothing but an icon. */
  icon: 'size-8',
  'small-icon': 'size-6',
};

/** A button's looks, for what must look like one but is a link. */
export function buttonClasses(look: keyof typeof looks = 'plain', size: keyof typeof sizes = 'normal'): string {
  return clsx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded border font-medium whitespace-nowrap select-none',
    'disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0',
    looks[look],
    sizes[size],
  );
}

/** `className` places it and says nothing of its looks: of two that contradict each other nobody knows which one wins. */
export function Button({
  look,
  size,
  className,
  type = 'button',
  ...props
}: ComponentProps<'button'> & { look?: keyof typeof looks; size?: keyof typeof sizes }) {
  return <button type={type} className={clsx(buttonClasses(look, size), className)} {...props} />;
}
