import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '#domain/errors.ts';
import { type Checkpoint, isSignedBy, parseCheckpoint } from '#server/audit/checkpoint.ts';
import { locateKeys, readPublicKey } from '#server/audit/signing-key.ts';
import { verifyFiles } from '#server/audit/verify-files.ts';
import { verifyLog } from '#server/audit/verify-log.ts';
import type { GlobalOptions } from '../session.ts';
import { printReport } from './report.ts';
import { withDatabase } from './with-database.ts';

interface VerifyOptions {
  key?: string;
  checkpoint?: string[];
  publicKey?: string;
  file?: string[];
  archive?: string[];
}

/** Runs `upulse audit verify`. */
export async function verify({ key, file, archive, ...trust }: VerifyOptions, command: Command): Promise<void> {
  const { json = false } = command.optsWithGlobals<GlobalOptions>();
  if (key !== undefined && trust.checkpoint)
    throw invalidInput('--checkpoint', 'is about the whole log; leave --key out');
  const { checkpoints, unsigned } = await readCheckpoints(trust);
  if (unsigned !== undefined) {
    const reason = `the checkpoint ${unsigned} is not signed by this key`;
    const problem = { how: 'foreign' as const, position: null, through: null, reason };
    return printReport({ ok: false, logId: '', key: null, size: 0, root: '', problem }, { json });
  }
  const report =
    file === undefined
      ? await withDatabase((database) => verifyLog(database, { key, checkpoints, archives: archive ?? [] }))
      : await verifyFiles(file, { checkpoints });
  printReport(report, { json, checkpoints: checkpoints.length });
}

/** Reads checkpoints, and names the first whose signature is not by the expected key. */
async function readCheckpoints({
  checkpoint: paths = [],
  publicKey,
}: VerifyOptions): Promise<{ checkpoints: Checkpoint[]; unsigned?: string }> {
  if (paths.length === 0) return { checkpoints: [] };
  const key = await readPublicKey(publicKey ?? locateKeys(resolve(process.env.PULSE_HOME || '.pulse')).publicKey);
  const checkpoints: Checkpoint[] = [];
  for (const path of paths) {
    const note = await readFile(path, 'utf8').catch((error: Error) => {
      throw invalidInput('--checkpoint', `can't be read: ${error.message}`);
    });
    checkpoints.push(parseCheckpoint(note));
    if (!isSignedBy(note, key)) return { checkpoints: [], unsigned: path };
  }
  return { checkpoints };
}
