import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** A named fact of a `<dl>`. `wide`: it takes a whole line of it. */
export function Fact({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={clsx('min-w-0', wide && 'col-span-full')}>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
