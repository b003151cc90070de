import { useTranslations } from 'next-intl';
import { type ReactNode, useId } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';

/** A secret that is on screen now and can't be read again. */
export function OnceShown({ label, text, children }: { label: string; text: string; children: ReactNode }) {
  const t = useTranslations('settings');
  const id = useId();
  return (
    <div role="status" className="flex flex-col gap-1 rounded border bg-canvas p-3">
      <p id={id} className="font-medium">
        {label}
      </p>
      <p className="flex items-center gap-1">
        <output aria-labelledby={id} className="min-w-0 font-mono text-xs break-all">
          {text}
        </output>
        <CopyButton text={text} label={t('copy', { what: label })} />
      </p>
      <p className="text-xs text-muted">{children}</p>
    </div>
  );
}
