import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Providers } from '#components/shell/providers.tsx';
import { Shell } from '#components/shell/shell.tsx';
import './globals.css';

// Every page shows the log as it is now.
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: { default: 'Pulse', template: '%s · Pulse' },
  description: 'Workflows, live: what runs, what was stopped, by whom and why.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafafb' },
    { media: '(prefers-color-scheme: dark)', color: '#0d0e11' },
  ],
};

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body className="font-sans">
        <Providers renderedAt={Date.now()}>
          <Shell>{children}</Shell>
        </Providers>
      </body>
    </html>
  );
}
