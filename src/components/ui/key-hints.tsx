import { useTranslations } from 'next-intl';
import { Kbd } from './kbd.tsx';

/** The keys that work on a page. They are left out where there is little room, or no keyboard to expect. */
export function KeyHints({ hints }: { hints: readonly { keys: readonly string[]; does: string }[] }) {
  const t = useTranslations('ui');
  return (
    <ul aria-label={t('keys')} className="flex gap-x-3 text-xs text-muted max-xl:hidden [@media(hover:none)]:hidden">
      {hints.map(({ keys, does }) => (
        <li key={does} className="flex items-center gap-1 whitespace-nowrap">
          {keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}{' '}
          {does}
        </li>
      ))}
    </ul>
  );
}
