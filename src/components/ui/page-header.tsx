import type { ReactNode } from 'react';

/** A page's name, what it is about, and what can be done on it. */
export function PageHeader({ title, about, children }: { title: string; about?: ReactNode; children?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 pt-4 pb-3 lg:px-6">
      <div className="min-w-0 grow">
        <h1 className="text-lg font-semibold">{title}</h1>
        {about && <div className="text-muted">{about}</div>}
      </div>
      {children}
    </header>
  );
}
