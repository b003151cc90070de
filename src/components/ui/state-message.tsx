import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a page says instead of its content: nothing there, nothing found, something wrong. It always says what to do next. */
export function StateMessage({
  icon: Icon,
  title,
  heading: Heading = 'h2',
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  /** `h1` where it is all that the page has. */
  heading?: 'h1' | 'h2';
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-16 text-center">
      <span className="grid size-10 place-items-center rounded border bg-surface text-muted">
        <Icon className="size-5" aria-hidden />
      </span>
      <Heading className="text-base font-semibold">{title}</Heading>
      {children && <div className="text-muted [&_code]:font-mono [&_code]:text-text">{children}</div>}
      {action && <div className="flex flex-wrap justify-center gap-2 pt-1">{action}</div>}
    </div>
  );
}
