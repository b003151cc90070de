import { createTranslator } from 'next-intl';
import { describe, expect, test } from 'vitest';
import { locales } from './locale.ts';
import { messages } from './messages.ts';

/** Every text by its path. */
function listTexts(part: object, path: string[] = []): Map<string, string> {
  const texts = Object.entries(part).flatMap(([name, inner]) =>
    typeof inner === 'string'
      ? [[[...path, name].join('.'), inner] as const]
      : [...listTexts(inner as object, [...path, name])],
  );
  return new Map(texts);
}

/** What a text is given, and the marks that it puts around its parts: `{key}`, `<link>`. */
function listPlaceholders(text: string): string[] {
  const found = text.matchAll(/\{\s*(\w+)\s*(?:\}|,\s*(number|plural|select))|<(\w+)>/g);
  return [...new Set([...found].map(([, name, type, tag]) => (tag ? `<${tag}>` : `${name} ${type ?? ''}`)))].sort();
}

const english = listTexts(messages.en);

describe.each(locales.filter((locale) => locale !== 'en'))('the texts in %s', (locale) => {
  const texts = listTexts(messages[locale]);

  test('lack none of the English ones and have none besides', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test('are given what the English ones are given', () => {
    for (const [path, text] of english)
      expect(listPlaceholders(texts.get(path) ?? ''), path).toEqual(listPlaceholders(text));
  });
});

test.each(locales)('every text in %s can be written', (locale) => {
  for (const [path, text] of listTexts(messages[locale])) {
    const names = listPlaceholders(text).filter((name) => !name.startsWith('<'));
    const values = Object.fromEntries(names.map((name) => [name.split(' ')[0], 1]));
    const tags = [...text.matchAll(/<(\w+)>/g)].map(([, tag]) => [tag, (inner: string) => inner]);
    const t = createTranslator({
      locale,
      messages: messages[locale] as object as Record<string, string>,
      onError: (error) => {
        throw new Error(`${path}: ${error.message}`);
      },
    });
    expect(t.markup(path, { ...values, ...Object.fromEntries(tags) }), path).not.toBe('');
  }
});
