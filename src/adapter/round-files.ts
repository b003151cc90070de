import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findJsonProblem, type Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';

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

export async function createRoundFiles(input: Json): Promise<RoundFiles> {
  const directory = await mkdtemp(path.join(tmpdir(), 'pulse-round-'));
  const inputPath = path.join(directory, 'input.json');
  const resultPath = path.join(directory, 'result.json');
  await writeFile(inputPath, JSON.stringify(input), { mode: 0o600 });
  return {
    inputPath,
    resultPath,
    readResult: () => readResult(resultPath),
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }),
  };
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
