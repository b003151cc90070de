'use client';
import { clsx } from 'clsx';
import { ListTree, ScrollText, Server, Settings, ShieldCheck } from 'lucide-react';
import Link, { useLinkStatus } from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';

/** The pages, each with the key that goes there after `g`. */
export const places = [
  { href: '/', word: 'workflows', Icon: ListTree, under: '/workflows', goKey: 'w' },
  { href: '/events', word: 'events', Icon: ScrollText, under: '/events', goKey: 'e' },
  { href: '/guards', word: 'guards', Icon: ShieldCheck, under: '/guards', goKey: 'g' },
  { href: '/adapters', word: 'adapters', Icon: Server, under: '/adapters', goKey: 'a' },
] as const;

/** Where `g` leads: the pages, and the settings, which stand beside who is signed in. */
export const goPlaces = [
  ...places,
  { href: '/settings', word: 'settings', Icon: Settings, under: '/settings', goKey: 's' },
] as const;

/** The pages: a column at the side of a wide screen, a bar at the bottom of a narrow one. */
export function Navigation({ className, stacked = false }: { className?: string; stacked?: boolean }) {
  const t = useTranslations('shell');
  const pathname = usePathname();
  return (
    <nav aria-label={t('pages')} className={className}>
      <ul className={stacked ? 'flex flex-col gap-0.5' : 'grid grid-cols-4'}>
        {places.map(({ href, word, Icon, under }) => {
          const here = pathname === href || pathname === under || pathname.startsWith(`${under}/`);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                className={clsx(
                  'flex items-center rounded font-medium',
                  here ? 'text-text' : 'text-muted hover:text-text',
                  stacked ? 'h-8 gap-2.5 px-2 hover:bg-raised' : 'h-14 flex-col justify-center gap-1 text-xs',
                  here && stacked && 'bg-raised',
                )}
              >
                <Icon className={clsx('size-4', here && 'text-accent')} aria-hidden />
                {t(word)}
                <Pending />
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Shows that the server still writes the page that was asked for. It keeps its room, so that nothing moves. */
function Pending() {
  const { pending } = useLinkStatus();
  return (
    <span aria-hidden className={clsx('size-1.5 rounded bg-accent max-lg:hidden', pending ? 'breathe' : 'invisible')} />
  );
}
