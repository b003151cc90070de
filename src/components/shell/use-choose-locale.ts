'use client';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { type Locale, localeCookie } from '#messages/locale.ts';

const yearSeconds = 365 * 24 * 60 * 60;

/** Sets the language of the dashboard, for this browser. */
export function useChooseLocale(): { choose: (locale: Locale) => void; isChanging: boolean } {
  const router = useRouter();
  const [isChanging, startChange] = useTransition();
  const choose = (locale: Locale) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where a page is not served securely
    document.cookie = `${localeCookie}=${locale}; path=/; max-age=${yearSeconds}; samesite=lax`;
    startChange(() => router.refresh());
  };
  return { choose, isChanging };
}
