import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { chooseLocale, localeCookie } from '#messages/locale.ts';
import { messages } from '#messages/messages.ts';

/** The language of a request and its texts. `next.config.mjs` names this file to next-intl. */
export default getRequestConfig(async () => {
  const [chosen, asked] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(chosen.get(localeCookie)?.value, asked.get('accept-language'));
  return { locale, messages: messages[locale], timeZone: 'UTC' };
});
