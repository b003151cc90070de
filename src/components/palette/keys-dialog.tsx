'use client';
import { useTranslations } from 'next-intl';
import { goPlaces } from '../shell/navigation.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { commandKey } from '../ui/keyboard.ts';

interface Shortcut {
  keys: readonly string[];
  does: string;
}

/** All keys that work, and where. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('palette.keys');
  const page = useTranslations('shell');
  const goTo = goPlaces.map(({ goKey, word }) => ({ keys: ['g', goKey], does: t('goTo', { page: page(word) }) }));
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('title')} wide>
      <div className="grid gap-x-8 gap-y-5 overflow-y-auto p-4 sm:grid-cols-2">
        <Section
          title={t('everywhere')}
          shortcuts={[{ keys: [commandKey, 'K'], does: t('palette') }, { keys: ['?'], does: t('help') }, ...goTo]}
        />
        <Section
          title={t('list')}
          shortcuts={[
            { keys: ['/'], does: t('search') },
            { keys: ['j', 'k'], does: t('move') },
            { keys: ['Enter'], does: t('open') },
            { keys: ['x'], does: t('select') },
            { keys: ['Shift', 'x'], does: t('range') },
            { keys: ['a'], does: t('abort') },
            { keys: ['Esc'], does: t('clear') },
          ]}
        />
        <Section
          title={t('workflow')}
          shortcuts={[
            { keys: ['a'], does: t('abortIt') },
            { keys: ['j', 'k'], does: t('moveTrail') },
            { keys: ['Enter'], does: t('openEntry') },
            { keys: ['←', '→'], does: t('arrows') },
          ]}
        />
        <Section
          title={t('dialogs')}
          shortcuts={[
            { keys: [commandKey, 'Enter'], does: t('confirm') },
            { keys: ['Esc'], does: t('close') },
          ]}
        />
      </div>
    </Dialog>
  );
}

function Section({ title, shortcuts }: { title: string; shortcuts: readonly Shortcut[] }) {
  return (
    <section>
      <h3 className="pb-2 font-semibold">{title}</h3>
      <dl className="flex flex-col gap-1.5">
        {shortcuts.map(({ keys, does }) => (
          <div key={does} className="flex items-center gap-3">
            <dt className="flex w-28 shrink-0 gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd className="text-muted">{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
