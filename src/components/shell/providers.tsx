'use client';
import { QueryClientProvider } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { ThemeProvider } from 'next-themes';
import { type ReactNode, useState } from 'react';
import { Toaster } from 'sonner';
import { AbortProvider } from '../abort/abort-provider.tsx';
import { type Viewer, ViewerProvider } from '../access/viewer.tsx';
import { LiveProvider } from '../live/live-provider.tsx';
import { PaletteProvider } from '../palette/palette-provider.tsx';
import { NowProvider } from '../time/now.tsx';
import { makeQueryClient, makeTrpcClient } from '../trpc/client.ts';
import { TRPCProvider } from '../trpc/trpc.ts';
import { Announcer } from './announcer.tsx';

/** Everything that all pages share: the theme, the clock, the query cache and the one stream that keeps it true. */
export function Providers({
  renderedAt,
  nonce,
  viewer,
  children,
}: {
  renderedAt: number;
  /** Lets the theme's script run. */
  nonce: string | undefined;
  viewer: Viewer | null | undefined;
  children: ReactNode;
}) {
  const t = useTranslations('shell');
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(makeTrpcClient);
  return (
    <ThemeProvider attribute="class" nonce={nonce}>
      <NowProvider renderedAt={renderedAt}>
        <QueryClientProvider client={queryClient}>
          <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
            <LiveProvider>
              <ViewerProvider viewer={viewer ?? null}>
                <AbortProvider>
                  <PaletteProvider>{children}</PaletteProvider>
                </AbortProvider>
              </ViewerProvider>
              <Announcer />
              <Toaster
                containerAriaLabel={t('notifications')}
                position="bottom-right"
                mobileOffset={{ bottom: 72 }}
                theme="system"
                toastOptions={{
                  classNames: {
                    toast: '!rounded !border !border-line !bg-surface !text-text !text-sm !font-sans !shadow-none',
                    actionButton: '!rounded !bg-text !text-canvas',
                  },
                }}
              />
            </LiveProvider>
          </TRPCProvider>
        </QueryClientProvider>
      </NowProvider>
    </ThemeProvider>
  );
}
