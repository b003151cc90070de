import { Activity } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Viewer } from '../access/viewer.tsx';
import { ViewerMenu } from '../access/viewer-menu.tsx';
import { PaletteButton } from '../palette/palette-button.tsx';
import { ConnectionIndicator, StaleNotice } from './connection-indicator.tsx';
import { DisplayMenu } from './display-menu.tsx';
import { LanguageChoice } from './language-choice.tsx';
import { Navigation } from './navigation.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

/** The frame around every page. */
export function Shell({ viewer, children }: { viewer: Viewer | null | undefined; children: ReactNode }) {
  const t = useTranslations('shell');
  if (viewer === null) return <Threshold>{children}</Threshold>;
  return (
    <div className="lg:grid lg:grid-cols-[208px_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded border bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('skip')}
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b bg-canvas px-4 sm:gap-3 lg:hidden">
        <Brand />
        <ConnectionIndicator className="ml-auto" />
        <PaletteButton compact />
        {viewer && <ViewerMenu viewer={viewer} small />}
        <DisplayMenu />
      </header>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-4 border-r p-3 lg:flex">
        <div className="px-2 pt-1">
          <Brand />
        </div>
        <PaletteButton />
        <Navigation stacked />
        <div className="mt-auto flex flex-col gap-3 border-t pt-3">
          {viewer && <ViewerMenu viewer={viewer} />}
          <ConnectionIndicator className="px-2" />
          <ThemeToggle />
          <LanguageChoice />
        </div>
      </aside>
      <main id="main" tabIndex={-1} className="min-w-0 pb-16 outline-none lg:min-h-dvh lg:pb-8">
        <StaleNotice />
        {children}
      </main>
      <Navigation className="fixed inset-x-0 bottom-0 z-30 border-t bg-canvas lg:hidden" />
    </div>
  );
}

/** The frame of the pages before someone has signed in: nothing of Pulse but its name. */
function Threshold({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-sm flex-col gap-6 px-4 py-6 sm:py-16">
      <header className="flex items-center justify-between">
        <span className="flex items-center gap-2 text-base font-semibold tracking-tight">
          <Activity className="size-4 text-accent" aria-hidden />
          Pulse
        </span>
        <span className="flex items-center gap-1">
          <LanguageChoice />
          <ThemeToggle />
        </span>
      </header>
      <main id="main" tabIndex={-1} className="outline-none">
        {children}
      </main>
    </div>
  );
}

function Brand() {
  return (
    <Link href="/" className="flex items-center gap-2 text-base font-semibold tracking-tight">
      <Activity className="size-4 text-accent" aria-hidden />
      Pulse
    </Link>
  );
}
