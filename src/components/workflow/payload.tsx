'use client';
import { useTranslations } from 'next-intl';
import type { Json } from '#domain/json.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { JsonTree } from '../ui/json-tree.tsx';
import { readOutput } from './payload-facts.ts';

/** A payload opened: what a command has written as text, and the whole as JSON. */
export function Payload({ payload }: { payload: Json }) {
  const t = useTranslations('workflow.entry');
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {readOutput(payload).map(({ name, text }) => (
        <TextBlock key={name} name={name} text={text} />
      ))}
      <section aria-label={t('payload')} className="rounded border bg-surface">
        <header className="flex items-center justify-between border-b py-1 pr-1 pl-3 text-xs text-muted">
          {t('payloadLabel')}
          <CopyButton text={JSON.stringify(payload, null, 2)} label={t('copyPayload')} />
        </header>
        <div className="max-h-96 overflow-y-auto p-2">
          <JsonTree value={payload} />
        </div>
      </section>
    </div>
  );
}

function TextBlock({ name, text }: { name: string; text: string }) {
  const t = useTranslations('workflow.entry');
  return (
    <section aria-label={name} className="rounded border bg-surface">
      <header className="flex items-center justify-between border-b py-1 pr-1 pl-3 font-mono text-xs text-muted">
        {name}
        <CopyButton text={text} label={t('copy', { name })} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard */}
      <pre tabIndex={0} className="max-h-80 overflow-auto p-3 font-mono text-xs leading-4">
        {text}
      </pre>
    </section>
  );
}
