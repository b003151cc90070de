/** The languages of the dashboard; the first is what it falls back to. */
export const locales = ['en', 'zh'] as const;
export type Locale = (typeof locales)[number];

/** How a language calls itself, and what `lang` is set to for it. */
export const languages: Record<Locale, { name: string; tag: string }> = {
  en: { name: 'English', tag: 'en' },
  zh: { name: '简体中文', tag: 'zh-Hans' },
};

/** Keeps the language that someone has chosen, in their browser. */
export const localeCookie = 'pulse-locale';

/** The language to write a page in: the one that was chosen, else the best of the browser's that there is. */
export function chooseLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  return findLocale(chosen) ?? readWanted(acceptLanguage).map(findLocale).find(Boolean) ?? locales[0];
}

/** The languages of an `Accept-Language` header, the most wanted first. */
function readWanted(acceptLanguage: string | null): string[] {
  return (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find(Boolean);
      return { tag, quality: Number(quality ?? 1) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}

/** Any variety of a language is served by the one that there is. */
function findLocale(tag: string | undefined): Locale | undefined {
  const language = tag?.split('-', 1)[0]?.toLowerCase();
  return locales.find((locale) => locale === language);
}
