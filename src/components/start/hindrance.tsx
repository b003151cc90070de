'use client';
import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';

/** Says what may keep a workflow from running, before it is started. */
export function Hindrance({ hindrance }: { hindrance: 'no-adapter' | 'commands-refused' | null }) {
  const t = useTranslations('start');
  return (
    <div role="status">
      {hindrance && (
        <p className="flex items-start gap-2 border-b bg-refused-soft px-4 py-3 text-xs text-refused">
          <TriangleAlert className="mt-0.5 size-3.5 shrink-0" aria-hidden />
          <span>
            {t.rich(hindrance === 'no-adapter' ? 'noAdapter' : 'commandsRefused', {
              code: (text) => <code>{text}</code>,
            })}
          </span>
        </p>
      )}
    </div>
  );
}
