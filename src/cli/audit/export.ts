import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import type { Command } from 'commander';
import { invalidInput } from '#domain/errors.ts';
import type { ExportFormat, Seal } from '#server/audit/export-format.ts';
import { exportLog } from '#server/audit/export-log.ts';
import { readSeal } from '#server/audit/read-export.ts';
import { print, printJson } from '../output/print.ts';
import type { GlobalOptions } from '../session.ts';
import { withDatabase } from './with-database.ts';

interface ExportOptions {
  format: ExportFormat;
  key?: string;
  after?: string;
  to?: number;
  out?: string;
}

const blockCharacters = 64 * 1024;

/** Runs `upulse audit export`. A file that was not finished lacks its last line, so it does not verify. */
export async function exportEvents(
  { format, key, after: afterPath, to, out }: ExportOptions,
  command: Command,
): Promise<void> {
  const { json = false } = command.optsWithGlobals<GlobalOptions>();
  const after = afterPath === undefined ? undefined : await readEnd(afterPath);
  const file = out === undefined ? undefined : await openOut(out);
  try {
    const block = createBlock(file ? (text) => file.writeFile(text) : writeToOutput);
    const events = await withDatabase((database) => exportLog(database, { key, after, to, format, write: block.add }));
    await block.flush();
    if (out === undefined) return;
    if (json) printJson({ out, format, key: key ?? null, events });
    else print(`Wrote ${events} events to ${out}`);
  } finally {
    await file?.close();
  }
}

/** Where an export ends that another goes on from. */
async function readEnd(path: string): Promise<Seal> {
  const seal = await readSeal('--after', path);
  if (!seal) throw invalidInput('--after', `${path} was cut off`);
  return seal;
}

/** Gathers lines, so that not each takes a write of its own. */
function createBlock(write: (text: string) => Promise<void>) {
  let lines = '';
  const flush = async () => {
    const text = lines;
    lines = '';
    if (text !== '') await write(text);
  };
  return {
    flush,
    add: async (line: string) => {
      lines += `${line}\n`;
      if (lines.length > blockCharacters) await flush();
    },
  };
}

async function writeToOutput(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

async function openOut(path: string): Promise<FileHandle> {
  return open(path, 'w').catch((error: Error) => {
    throw invalidInput('--out', `can't be written: ${error.message}`);
  });
}
