import { basename } from 'node:path';
import { invalidInput } from '#domain/errors.ts';
import { zeroHash } from '../log/hash.ts';
import { type ExportFormat, formatHead, parseLine, recogniseFormat, type Seal } from './export-format.ts';
import type { FoundEvent } from './finding.ts';
import { readLastLine, readLines } from './read-lines.ts';
import type { Gap } from './walk.ts';

/** An export: a file, or several of which each goes on from the one before. It can be read several times. */
export interface ExportFiles {
  /** The events, and where one should be and is not. Ends after the first such gap. */
  read(): AsyncGenerator<FoundEvent | Gap>;
  /** The last seal; undefined when the file was cut off. */
  seal: Seal | undefined;
  /** Whether it holds the whole log, with the chain on each line. */
  whole: boolean;
}

/** Opens an export. **Errors** `INVALID_INPUT` when a file can't be read or is none, or one of several holds one key. */
export async function openExports(option: string, paths: readonly string[]): Promise<ExportFiles> {
  const files: ({ path: string } & Beginning)[] = [];
  for (const path of paths) files.push({ path, ...(await readBeginning(option, path)) });
  const whole = files.every((file) => file.whole);
  if (!whole && files.length > 1)
    throw invalidInput(option, 'is of one key, and only those of the whole log go together');
  return {
    whole,
    seal: await readSeal(option, paths.at(-1) ?? ''),
    async *read() {
      const before: Before = { size: 0, root: zeroHash };
      for (const file of files) if (!(yield* readFile(file, before, { last: file === files.at(-1) }))) return;
    },
  };
}

/** Reads the seal of an export; undefined when the file was cut off. **Errors** `INVALID_INPUT` when it is none. */
export async function readSeal(option: string, path: string): Promise<Seal | undefined> {
  const { format } = await readBeginning(option, path);
  const line = parseLine(format, await readLastLine(path));
  return line && 'seal' in line ? line.seal : undefined;
}

/** What the files so far hold, and of which log. */
interface Before {
  size: number;
  root: string;
  logId?: string;
}

/** Reads one file. **Shape** whether it ends as it should. */
async function* readFile(
  { path, format, whole }: { path: string } & Beginning,
  before: Before,
  { last }: { last: boolean },
): AsyncGenerator<FoundEvent | Gap, boolean> {
  let lineNumber = 0;
  let ended = false;
  const gap = (how: Gap['how'], what: string): Gap => ({
    how,
    reason: `line ${lineNumber} of ${basename(path)} ${what}`,
  });
  for await (const { text, cut } of readLines(path)) {
    lineNumber += 1;
    if (format === 'csv' && lineNumber === 1) continue;
    const line = text === undefined ? undefined : parseLine(format, text);
    const wrong = ended
      ? gap('inserted', 'comes after the end of the export')
      : cut
        ? gap('removed', 'is cut off')
        : !line || ('event' in line && (line.event.chain !== undefined) !== whole)
          ? gap('altered', 'is not as Pulse writes it')
          : 'seal' in line && !last && !endsWith(line.seal, before)
            ? gap('altered', 'does not tell of what is before it')
            : undefined;
    if (wrong || !line) {
      if (wrong) yield wrong;
      return false;
    }
    if ('seal' in line) {
      before.logId = line.seal.logId;
      ended = true;
    } else {
      before.size = line.event.position;
      before.root = line.event.chain ?? zeroHash;
      yield line.event;
    }
  }
  lineNumber += 1;
  if (!ended) yield gap('removed', 'should be there, and the file ends');
  return ended;
}

function endsWith(seal: Seal, { size, root, logId = seal.logId }: Before): boolean {
  return seal.key === null && seal.size === size && seal.root === root && seal.logId === logId;
}

interface Beginning {
  format: ExportFormat;
  whole: boolean;
}

async function readBeginning(option: string, path: string): Promise<Beginning> {
  try {
    for await (const { text = '' } of readLines(path)) {
      const format = recogniseFormat(text);
      if (format) return { format, whole: isWhole(format, text) };
      break;
    }
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw invalidInput(option, `can't be read: ${(error as Error).message}`);
  }
  throw invalidInput(option, `${path} is no export of Pulse`);
}

/** Told from the first line, also where that was tampered with: in canonical JSON, `chain` comes right after `actor`. */
function isWhole(format: ExportFormat, firstLine: string): boolean {
  if (format === 'csv') return firstLine === formatHead('csv', { whole: true });
  const line = parseLine(format, firstLine);
  if (line && 'seal' in line) return line.seal.key === null;
  return /^\{"actor":\{[^{}]*\},"chain":/.test(firstLine);
}
