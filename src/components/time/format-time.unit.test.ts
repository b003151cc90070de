import { createTranslator } from 'next-intl';
import { expect, test } from 'vitest';
import { messages } from '#messages/messages.ts';
import { formatAgo, formatDuration, formatExact } from './format-time.ts';

const words = createTranslator({ locale: 'en', messages: messages.en, namespace: 'time' });
const chinese = createTranslator({ locale: 'zh', messages: messages.zh, namespace: 'time' });
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [192_000, '3 m 12 s'],
  [7_500_000, '2 h 5 m'],
  [273_600_000, '3 d 4 h'],
  [-500, '0 s'],
])('a duration of %d ms reads %s', (ms, text) => {
  expect(plain(formatDuration(words, ms))).toBe(text);
});

test.each([
  [38, '38 ms'],
  [1_250, '1.2 s'],
  [9_999, '9.9 s'],
  [12_000, '12 s'],
])('a precise duration of %d ms reads %s', (ms, text) => {
  expect(plain(formatDuration(words, ms, { precise: true }))).toBe(text);
});

test.each([
  [-3_000, 'just now'],
  [999, 'just now'],
  [12_900, '12 s ago'],
  [3_599_999, '59 m ago'],
  [86_400_000, '1 d ago'],
])('%d ms back is %s', (ms, text) => {
  expect(plain(formatAgo(words, ms))).toBe(text);
});

test('times follow the language', () => {
  expect(plain(formatDuration(chinese, 192_000))).toBe('3 分 12 秒');
  expect(plain(formatAgo(chinese, 7_200_000))).toBe('2 小时前');
});

test('a moment is exact to the millisecond and names its zone', () => {
  expect(formatExact('2026-03-01T14:05:09.120Z', 'utc')).toBe('2026-03-01 14:05:09.120 UTC');
});
