'use client';
import { useQueryClient } from '@tanstack/react-query';
import { Command, defaultFilter } from 'cmdk';
import { Keyboard, OctagonX, Play } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import { languages, locales } from '#messages/locale.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { useMay } from '../access/viewer.tsx';
import { findWorkflow } from '../live/apply-to-cache.ts';
import { goPlaces } from '../shell/navigation.tsx';
import { themes } from '../shell/theme-toggle.tsx';
import { useChooseLocale } from '../shell/use-choose-locale.ts';
import { Dialog } from '../ui/dialog.tsx';
import { FoundWorkflows, foundPrefix } from './found-workflows.tsx';
import { PaletteItem } from './palette-item.tsx';

const pauseMs = 150;

/** Finds a workflow or a command by typing. */
export function CommandPalette({
  onClose,
  onStart,
  onKeys,
}: {
  onClose: () => void;
  onStart: () => void;
  onKeys: () => void;
}) {
  const t = useTranslations('palette');
  const words = useTranslations('shell');
  const router = useRouter();
  const abort = useAbort();
  const { setTheme } = useTheme();
  const { choose } = useChooseLocale();
  const [typed, setTyped] = useState('');
  const text = typed.trim();
  const search = usePaused(text);
  const workflow = useShownWorkflow();
  const [mayStart, mayAbort] = [useMay('workflow:start'), useMay('workflow:abort')];
  const run = (action: () => void) => () => {
    onClose();
    action();
  };
  const go = (href: string) => run(() => router.push(href))();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('label')} wide bare>
      <Command label={t('label')} filter={rank} className="flex min-h-0 flex-col">
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder={t('placeholder')}
          className="h-12 shrink-0 rounded-none border-b bg-transparent px-4 text-base outline-none"
        />
        <Command.List
          label={t('label')}
          className="max-h-[50dvh] overflow-y-auto p-2 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
        >
          <Command.Empty className="px-2 py-6 text-center text-muted">{t('empty')}</Command.Empty>
          <Command.Group heading={t('groups.do')}>
            {mayAbort && workflow?.status === 'active' && (
              <PaletteItem
                icon={OctagonX}
                value={t('abort', { key: workflow.key })}
                onSelect={run(() => abort(workflow))}
              >
                {t('abort', { key: workflow.key })}
              </PaletteItem>
            )}
            {mayStart && (
              <PaletteItem icon={Play} value={t('start')} onSelect={onStart}>
                {t('start')}
              </PaletteItem>
            )}
            <PaletteItem icon={Keyboard} value={t('help')} onSelect={onKeys} keys={['?']}>
              {t('help')}
            </PaletteItem>
          </Command.Group>
          <FoundWorkflows heading={t('groups.workflows')} text={text} search={search} onOpen={go} />
          <Command.Group heading={t('groups.goTo')}>
            {goPlaces.map(({ href, word, Icon, goKey }) => (
              <PaletteItem key={href} icon={Icon} value={words(word)} onSelect={() => go(href)} keys={['g', goKey]}>
                {words(word)}
              </PaletteItem>
            ))}
          </Command.Group>
          <Command.Group heading={t('groups.theme')}>
            {themes.map(({ name, Icon }) => (
              <PaletteItem key={name} icon={Icon} value={words(`theme.${name}`)} onSelect={run(() => setTheme(name))}>
                {words(`theme.${name}`)}
              </PaletteItem>
            ))}
          </Command.Group>
          <Command.Group heading={t('groups.language')}>
            {locales.map((locale) => (
              <PaletteItem
                key={locale}
                value={`${t('groups.language')} ${languages[locale].name}`}
                onSelect={run(() => choose(locale))}
              >
                <span lang={languages[locale].tag}>{languages[locale].name}</span>
              </PaletteItem>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}

/** What was searched for by the server comes after what is called exactly so. */
function rank(value: string, text: string, keywords?: string[]): number {
  return value.startsWith(foundPrefix) ? 0.9 : defaultFilter(value, text, keywords);
}

/** The workflow whose page is open, as far as this tab knows it. */
function useShownWorkflow() {
  const key = /^\/workflows\/([^/]+)$/.exec(usePathname())?.[1];
  const client = useQueryClient();
  return key === undefined ? undefined : findWorkflow(client, decodeURIComponent(key));
}

/** A value once it has stayed the same for a moment. */
function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}
