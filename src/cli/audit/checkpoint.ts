import type { KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '#domain/errors.ts';
import { nameOrigin, signCheckpoint } from '#server/audit/checkpoint.ts';
import { ensurePrivateKey, locateKeys, readPrivateKey } from '#server/audit/signing-key.ts';
import { verifyLog } from '#server/audit/verify-log.ts';
import { print, printJson } from '../output/print.ts';
import type { GlobalOptions } from '../session.ts';
import { printReport } from './report.ts';
import { withDatabase } from './with-database.ts';

interface CheckpointOptions {
  out?: string;
  privateKey?: string;
  archive?: string[];
}

/** Runs `upulse audit checkpoint`: signs only what it has walked and found as it was written. */
export async function checkpoint({ out, privateKey, archive }: CheckpointOptions, command: Command): Promise<void> {
  const { json = false } = command.optsWithGlobals<GlobalOptions>();
  const key = await findKey(privateKey);
  const report = await withDatabase((database) => verifyLog(database, { archives: archive ?? [] }));
  if (!report.ok) return printReport(report, { json });
  const { logId, size, root } = report;
  const made = { origin: nameOrigin(logId), size, root, time: new Date().toISOString() };
  const note = signCheckpoint(made, key);
  if (out !== undefined) await writeNote(out, note);
  if (json) printJson({ ...made, note });
  else if (out === undefined) process.stdout.write(note);
  else print(`Signed ${size} events of ${made.origin} into ${out}`);
}

async function findKey(path: string | undefined): Promise<KeyObject> {
  if (path !== undefined) return readPrivateKey(path);
  const home = resolve(process.env.PULSE_HOME || '.pulse');
  const { key, made } = await ensurePrivateKey(home);
  if (made) console.error(`Made a key for checkpoints. Keep ${locateKeys(home).publicKey} with them, elsewhere.`);
  return key;
}

async function writeNote(path: string, note: string): Promise<void> {
  await writeFile(path, note).catch((error: Error) => {
    throw invalidInput('--out', `can't be written: ${error.message}`);
  });
}
