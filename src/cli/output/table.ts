import { styleText } from 'node:util';
import { clip, measureColumns, pad, toPrintable } from './text.ts';

export type Style = Parameters<typeof styleText>[0];
export type Cell = string | { text: string; style: Style };

export interface Column {
  title: string;
  align?: 'left' | 'right';
}

const gap = '  ';

/**
 * Lays rows out in aligned columns under their titles. Cells may hold anyone's text: they are made printable.
 *
 * In a terminal the last column is cut where the terminal ends. Colour appears only where standard output shows it.
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const titles = columns.map(({ title }): Cell => ({ text: title, style: 'bold' }));
  const printable = [titles, ...rows].map((row) => row.map(toPrintableCell));
  const widths = columns.map((_, index) => Math.max(...printable.map((row) => measureColumns(row[index]?.text ?? ''))));
  const lastStart = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0);
  return printable
    .map((row) =>
      row
        .map(({ text, style }, index) => {
          const isLast = index === columns.length - 1;
          const align = columns[index]?.align;
          const laidOut =
            isLast && align !== 'right' ? clipToTerminal(text, lastStart) : pad(text, widths[index] ?? 0, align);
          return style ? styleText(style, laidOut) : laidOut;
        })
        .join(gap)
        .trimEnd(),
    )
    .join('\n');
}

/** Lays out names and values, one a line. Absent values are left out. */
export function formatFields(fields: readonly (readonly [name: string, value: Cell | null | undefined])[]): string {
  const present = fields.flatMap(([name, value]) => (value == null ? [] : [{ name, ...toPrintableCell(value) }]));
  const width = Math.max(...present.map(({ name }) => name.length));
  return present
    .map(({ name, text, style }) => `${pad(name, width)}${gap}${style ? styleText(style, text) : text}`)
    .join('\n');
}

/** Cuts a printable text that begins at a column where the terminal ends; without one it stays whole. */
export function clipToTerminal(text: string, startColumn: number): string {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > startColumn + 10 ? clip(text, columns - startColumn) : text;
}

function toPrintableCell(cell: Cell): { text: string; style?: Style } {
  return typeof cell === 'string' ? { text: toPrintable(cell) } : { text: toPrintable(cell.text), style: cell.style };
}
