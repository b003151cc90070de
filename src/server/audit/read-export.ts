import { invalidInput } from '#domain/errors.ts';
import { type ExportFormat, formatHead, parseLine, recogniseFormat, type Seal } from './export-format.ts';
import type { FoundEvent } from './finding.ts';
import { readLines } from './read-lines.ts';
import type { Gap } from './walk.ts';

/** A file of exported events, which can be read several times. */
export interface ExportFile {
  /** The events, and where one should be and is not. Ends after the first such gap. */
  read(): AsyncGenerator<FoundEvent | Gap>;
  /** The seal, once the events have been read to the end. */
  seal(): Seal | undefined;
  /** Whether it holds the whole log, with the chain on each line. */
  whole: boolean;
}

/** Opens an export. **Errors** `INVALID_INPUT` when the file can't be read or is none. */
export async function openExport(path: string): Promise<ExportFile> {
  const { format, whole } = await readBeginning(path);
  let seal: Seal | undefined;
  return {
    whole,
    seal: () => seal,
    async *read() {
      let lineNumber = 0;
      let ended = false;
      const gap = (how: Gap['how'], what: string): Gap => ({ how, reason: `line ${lineNumber} ${what}` });
      for await (const { text, cut } of readLines(path)) {
        lineNumber += 1;
        if (format === 'csv' && lineNumber === 1) continue;
        if (ended) return yield gap('inserted', 'comes after the end of the export');
        if (cut) return yield gap('removed', 'is cut off');
        const line = text === undefined ? undefined : parseLine(format, text);
        if (line && 'seal' in line) {
          seal = line.seal;
          ended = true;
        } else if (line && (line.event.chain !== undefined) === whole) yield line.event;
        else return yield gap('altered', 'is not as Pulse writes it');
      }
      lineNumber += 1;
      if (!ended) yield gap('removed', 'should be there, and the file ends');
    },
  };
}

async function readBeginning(path: string): Promise<{ format: ExportFormat; whole: boolean }> {
  try {
    for await (const { text = '' } of readLines(path)) {
      const format = recogniseFormat(text);
      if (format) return { format, whole: isWhole(format, text) };
      break;
    }
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw invalidInput('--file', `can't be read: ${(error as Error).message}`);
  }
  throw invalidInput('--file', `${path} is no export of Pulse`);
}

/** Told from the first line, also where that was tampered with: in canonical JSON, `chain` comes right after `actor`. */
function isWhole(format: ExportFormat, firstLine: string): boolean {
  if (format === 'csv') return firstLine === formatHead('csv', { whole: true });
  const line = parseLine(format, firstLine);
  if (line && 'seal' in line) return line.seal.key === null;
  return /^\{"actor":\{[^{}]*\},"chain":/.test(firstLine);
}
