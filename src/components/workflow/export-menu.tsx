'use client';
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { buttonClasses } from '../ui/button.tsx';

const formats = ['jsonl', 'csv'] as const;

/** Downloads the workflow's events, with what is needed to verify them offline. */
export function ExportMenu({ workflowKey }: { workflowKey: string }) {
  const t = useTranslations('workflow.export');
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger title={t('open')} className={buttonClasses('quiet', 'tool')}>
        <Download aria-hidden />
        <span className="max-sm:sr-only">{t('open')}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} className="z-40 w-64 rounded border bg-surface p-1">
          {formats.map((format) => (
            <DropdownMenu.Item key={format} asChild>
              <a
                download
                href={`/api/export?${new URLSearchParams({ key: workflowKey, format })}`}
                className="block rounded px-2 py-1.5 outline-none data-highlighted:bg-raised"
              >
                {t(format)}
              </a>
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Label className="border-t px-2 pt-2 pb-1 text-xs text-muted">
            {t.rich('about', { code: (text) => <code className="font-mono text-text">{text}</code> })}
          </DropdownMenu.Label>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
