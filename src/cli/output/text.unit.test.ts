import { expect, test } from 'vitest';
import { clip, measureColumns, pad, toPrintable } from './text.ts';

test.each([
  ['colours and cursor moves', '\u001b[31mred\u001b[0m\u001b[2J', 'red'],
  ['a title that runs a command', '\u001b]0;title\u0007text', 'text'],
  ['controls of eight bits', 'a\u009b31mb', 'ab'],
  ['line breaks and tabs', 'one\r\n  two\tthree', 'one two three'],
  ['a bell and a NUL', 'a\u0007b\0', 'a\ufffdb\ufffd'],
  ['marks that reorder text', 'abc\u202egpj.exe', 'abc\ufffdgpj.exe'],
  ['text of any script', 'größe 日本 🙂', 'größe 日本 🙂'],
])('makes printable: %s', (_, text, printable) => {
  expect(toPrintable(text)).toBe(printable);
});

test.each([
  ['', 0],
  ['abc', 3],
  ['größe', 5],
  ['gro\u0308ße', 5],
  ['日本', 4],
  ['한국', 4],
  ['ﾊﾝｶｸ', 4],
  ['🙂', 2],
  ['👩‍👩‍👧', 2],
  ['⚠️', 2],
  ['\u200b', 0],
])('%j takes %i columns', (text, columns) => {
  expect(measureColumns(text)).toBe(columns);
});

test('pads by columns, and leaves what is longer whole', () => {
  expect(pad('日本', 6)).toBe('日本  ');
  expect(pad('7', 3, 'right')).toBe('  7');
  expect(pad('longer', 3)).toBe('longer');
});

test('clips by columns and never inside a character', () => {
  expect(clip('abcdef', 6)).toBe('abcdef');
  expect(clip('abcdefg', 6)).toBe('abcde…');
  expect(clip('日本語日本語', 6)).toBe('日本…');
});
