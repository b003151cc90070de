import { type ReactNode, useId } from 'react';

/** A part of the settings. */
export function Section({ title, about, children }: { title: string; about: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-4 rounded border bg-surface p-4">
      <header>
        <h2 id={id} className="text-base font-semibold">
          {title}
        </h2>
        <p className="text-muted">{about}</p>
      </header>
      {children}
    </section>
  );
}
