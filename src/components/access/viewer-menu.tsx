'use client';
import { clsx } from 'clsx';
import { CircleUser, LogOut, Settings } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useSignOut } from './use-sign-out.ts';
import type { Viewer } from './viewer.tsx';

/** Who is signed in, the way to the settings and the way out, which the settings lead to too: a small one leaves it to them. */
export function ViewerMenu({ viewer, small = false }: { viewer: Viewer; small?: boolean }) {
  const t = useTranslations('access');
  const { signOut, pending } = useSignOut();
  const what = t(`roles.${'role' in viewer.access ? viewer.access.role : 'limited'}`);
  const button = 'grid size-7 shrink-0 place-items-center rounded text-muted hover:bg-raised hover:text-text';
  return (
    <div className={clsx('flex items-center gap-0.5', !small && 'pl-2')}>
      {!small && (
        <p className="flex min-w-0 grow items-center gap-2" title={`${viewer.name}, ${what}`}>
          <CircleUser className="size-4 shrink-0 text-muted" aria-hidden />
          <span className="min-w-0">
            <span className="block truncate font-medium">{viewer.name}</span>
            <span className="block text-xs text-muted">{what}</span>
          </span>
        </p>
      )}
      <Link href="/settings" aria-label={t('settings')} title={t('settings')} className={button}>
        <Settings className="size-4" aria-hidden />
      </Link>
      {!small && viewer.type === 'user' && (
        <button
          type="button"
          aria-label={t('signOut')}
          title={t('signOut')}
          disabled={pending}
          onClick={() => signOut({ everywhere: false })}
          className={button}
        >
          <LogOut className="size-4" aria-hidden />
        </button>
      )}
    </div>
  );
}
