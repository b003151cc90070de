import { describe, expect, it } from 'vitest';
import { Key, Payload } from './event.ts';

describe('Key', () => {
  it.each(['fix-68', 'отчёт за июнь', '夜间报告', '🌙', 'a'.repeat(200), '😀'.repeat(200)])('takes %s', (key) => {
    expect(Key.parse(key)).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['too many characters', 'a'.repeat(201)],
    ['a line break', 'a\nb'],
    ['an escape sequence', '\u001b[31mred'],
    ['a NUL', 'a\0'],
    ['a mark that reverses text', 'abc\u202etxt'],
    ['half of a surrogate pair', '\ud83d'],
    ['white space at an end', ' a'],
    ['white space only', ' '],
  ])('refuses %s', (_, key) => {
    expect(Key.safeParse(key).success).toBe(false);
  });
});

describe('Payload', () => {
  it('takes up to 256 KiB, counted as UTF-8', () => {
    const limit = 256 * 1024;
    expect(Payload.safeParse('a'.repeat(limit - 2)).success).toBe(true);
    expect(Payload.safeParse('a'.repeat(limit - 1)).success).toBe(false);
    expect(Payload.safeParse('é'.repeat(limit / 2 - 1)).success).toBe(true);
    expect(Payload.safeParse('é'.repeat(limit / 2)).success).toBe(false);
  });

  it.each([[undefined], [() => 1], [Number.NaN], [new Date()], [1n]])('refuses what is not JSON (%s)', (value) => {
    expect(Payload.safeParse({ value }).success).toBe(false);
  });
});
