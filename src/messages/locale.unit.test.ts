import { expect, test } from 'vitest';
import { chooseLocale } from './locale.ts';

test.each([
  ['zh', 'en-GB,en;q=0.9', 'zh'],
  [undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  [undefined, 'de-CH, fr;q=0.9, zh-Hant-TW;q=0.4, en;q=0.7', 'en'],
  [undefined, 'en;q=0, ZH;q=0.1', 'zh'],
  [undefined, 'de', 'en'],
  [undefined, null, 'en'],
  ['klingon', 'zh', 'zh'],
  [undefined, ';;q=,=,zh;q=x', 'zh'],
])('with the choice %j, a browser that wants %j reads %s', (chosen, acceptLanguage, locale) => {
  expect(chooseLocale(chosen, acceptLanguage)).toBe(locale);
});
