import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import { NextIntlClientProvider } from 'next-intl';
import { getLocale, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { mono, sans } from '#app/fonts.ts';
import { readViewer } from '#app/read-viewer.ts';
import { Providers } from '#components/shell/providers.tsx';
import { Shell } from '#components/shell/shell.tsx';
import { languages } from '#messages/locale.ts';
import { nonceHeader } from '#server/http/security-headers.ts';
import './globals.css';

// Every page shows the log as it is now.
export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('shell');
  return { title: { default: 'Pulse', template: '%s · Pulse' }, description: t('description') };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafafb' },
    { media: '(prefers-color-scheme: dark)', color: '#0d0e11' },
  ],
};

export default async function Layout({ children }: { children: ReactNode }) {
  const { tag } = languages[await getLocale()];
  const [viewer, nonce] = [await readViewer(), (await headers()).get(nonceHeader) ?? undefined];
  return (
    <html lang={tag} className={`${sans.variable} ${mono.variable}`} suppressHydrationWarning>
      <body className="font-sans">
        <NextIntlClientProvider>
          <Providers renderedAt={Date.now()} nonce={nonce} viewer={viewer}>
            <Shell viewer={viewer}>{children}</Shell>
          </Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
