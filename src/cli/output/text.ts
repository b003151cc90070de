import { stripVTControlCharacters } from 'node:util';

let graphemes: Intl.Segmenter | undefined;

/** Splits a text into what a reader takes for one character each. Most commands need no segmenter, which takes 70 ms to make. */
function splitCharacters(text: string): Iterable<Intl.SegmentData> {
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return graphemes.segment(text);
}

// Control characters, line separators, and the marks that reorder text on screen.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

const wide =
  /^(?![\uff61-\uffdc])(\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u;

/** Makes text of anyone's safe for a terminal, on one line: no escape sequences, no control characters. */
export function toPrintable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s*[\r\n]\s*|\t/g, ' ')
    .replace(unprintable, '\ufffd');
}

/** How many columns of a terminal a printable text takes: two for East Asian wide characters and emoji. */
export function measureColumns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of splitCharacters(text)) columns += countColumns(segment);
  return columns;
}

/** Cuts a printable text to a number of columns; the last one says that it was cut. */
export function clip(text: string, maxColumns: number): string {
  if (measureColumns(text) <= maxColumns) return text;
  let columns = 1;
  let kept = '';
  for (const { segment } of splitCharacters(text)) {
    columns += countColumns(segment);
    if (columns > maxColumns) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Fills a printable text up with spaces. One that is longer stays whole. */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const filling = ' '.repeat(Math.max(0, columns - measureColumns(text)));
  return align === 'left' ? text + filling : filling + text;
}

function countColumns(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  return /^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme) ? 0 : 1;
}
