import { expect, test } from 'vitest';
import type { OutputChunk } from '#domain/output.ts';
import { createOutputReader, maxLines, type OutputText } from './output-lines.ts';

const chunk = (text: string, more: Partial<OutputChunk> = {}): OutputChunk => ({
  id: '1-1',
  round: 1,
  role: 'coder',
  stream: 'stdout',
  text,
  bytes: text.length,
  missingBytes: 0,
  at: '2026-03-01T12:00:00.000Z',
  ...more,
});
const say = ({ lines }: OutputText) =>
  lines.map(({ parts }) => parts.map(({ text, colour }) => (colour ? `<${colour}>${text}` : text)).join(''));
const readAll = (...texts: string[]) => {
  const read = createOutputReader();
  return say(texts.map((text) => read([chunk(text)])).at(-1) as OutputText);
};

test('text is cut into lines, empty ones too, and an unfinished one goes on', () => {
  expect(readAll('one\ntw', 'o\n\nthree\r\n')).toEqual(['one', 'two', '', 'three']);
});

test('colours go on over lines and chunks, also where a chunk cuts their code in two', () => {
  expect(readAll('\u001b[31mred\nstill\u001b', '[0m plain \u001b[92m', 'green')).toEqual([
    '<red>red',
    '<red>still plain <bright-green>green',
  ]);
});

test('what a program prints is text, and what only a terminal takes is left out', () => {
  expect(readAll('<b>bold</b>\u001b[2K & \u001b]8;;http://x\u0007link\u001b]8;;\u0007\n')).toEqual([
    '<b>bold</b> & link',
  ]);
});

test('a line that is written anew shows what was written last', () => {
  expect(readAll('10 %\r50 %', '\r100 %\ndone\n')).toEqual(['100 %', 'done']);
});

test('stdout and stderr do not break into each other’s lines', () => {
  const read = createOutputReader();
  read([chunk('out '), chunk('error\n', { stream: 'stderr' })]);
  expect(say(read([chunk('put\n', { missingBytes: 7 })]))).toEqual(['out put', 'error']);
  expect(read([]).missingBytes).toBe(7);
});

test('only the last lines are kept, each with its number', () => {
  const { lines } = createOutputReader()([chunk('x\n'.repeat(maxLines + 5))]);
  expect([lines.length, lines[0]?.number]).toEqual([maxLines, 5]);
});
