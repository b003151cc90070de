import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findJsonProblem, type Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import { isDead, readOwner } from './processes/owner.ts';

/** The files through which a program and its round talk, in a directory that only this user can read. */
export interface RoundFiles {
  /** Holds the workflow's input as JSON: `PULSE_INPUT`. */
  inputPath: string;
  /** Where the program may leave JSON: `PULSE_RESULT`. */
  resultPath: string;
  /** What it left there; null when nothing. Throws with a sentence for people when it is no JSON that can be stored. */
  readResult(): Promise<Json>;
  remove(): Promise<void>;
}

const prefix = 'pulse-round-';

export async function createRoundFiles(input: Json): Promise<RoundFiles> {
  const directory = await mkdtemp(path.join(tmpdir(), `${prefix}${readOwner()}-`));
  const inputPath = path.join(directory, 'input.json');
  const resultPath = path.join(directory, 'result.json');
  await writeFile(inputPath, JSON.stringify(input), { mode: 0o600 });
  return {
    inputPath,
    resultPath,
    readResult: () => readResult(resultPath),
    remove: () => removeDirectory(directory),
  };
}

/** Removes the files of rounds whose process was killed: inputs are nobody else's business. */
export async function removeOrphanedFiles(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  const orphaned = names.filter((name) => name.startsWith(prefix) && isDead(ownerOfDirectory(name)));
  await Promise.all(orphaned.map((name) => removeDirectory(path.join(tmpdir(), name)).catch(() => {})));
}

function ownerOfDirectory(name: string): string {
  return name.slice(prefix.length, name.lastIndexOf('-'));
}

function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

async function readResult(resultPath: string): Promise<Json> {
  const stats = await lstat(resultPath).catch(() => undefined);
  if (!stats) return null;
  if (!stats.isFile()) throw new Error('what PULSE_RESULT names is not a file');
  if (stats.size > limits.payloadBytes)
    throw new Error(
      `the file named by PULSE_RESULT is ${stats.size} bytes; at most ${limits.payloadBytes} are allowed`,
    );
  const value = parse(await readFile(resultPath, 'utf8'));
  const problem = findJsonProblem(value);
  if (problem) throw new Error(`the JSON in the file named by PULSE_RESULT ${problem}`);
  return value as Json;
}

function parse(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`the file named by PULSE_RESULT holds no JSON: ${(error as Error).message}`);
  }
}
