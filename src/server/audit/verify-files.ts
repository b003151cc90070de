import { invalidInput } from '#domain/errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { findCutOff, findFirst, findForeign, findReordered, findRewritten, toAnchors, toReport } from './conclude.ts';
import type { Seal } from './export-format.ts';
import { type AuditReport, type Problem, problemAt } from './finding.ts';
import { openExports } from './read-export.ts';
import type { Walk } from './walk.ts';
import { walkExport } from './walk-export.ts';

/**
 * Verifies an export without a database, of one file or of several that go on from each other: each event's hash, each key's chain and, of a whole log, the chain over it,
 * and that it extends the checkpoints.
 *
 * **Shape** the first problem, if there is one. Memory grows with neither the log nor its keys; the file is read again
 * for every 250,000 keys.
 * **Errors** `INVALID_INPUT` when the file is no export, or checkpoints are given with a single key's.
 * **Source** `docs/audit.md`
 */
export async function verifyFiles(
  paths: readonly string[],
  { checkpoints = [], maxKeys }: { checkpoints?: readonly Checkpoint[]; maxKeys?: number } = {},
): Promise<AuditReport> {
  const file = await openExports('--file', paths);
  if (!file.whole && checkpoints.length > 0)
    throw invalidInput('--checkpoint', 'is about the whole log, and this file holds one key');
  const anchors = toAnchors(checkpoints);
  const { first, stopped } = await walkExport(file, { anchors, maxKeys });
  const { seal } = file;
  const problem =
    (seal ? findForeign(seal.logId, checkpoints) : null) ??
    findFirst([stopped.problem, findRewritten(first)]) ??
    (seal ? findWrongSeal(first, seal, file.whole) : null) ??
    findCutOff(first, first, anchors);
  return toReport({ logId: seal?.logId ?? '', key: seal?.key ?? null }, stopped, problem);
}

/** What is wrong when an export's last line tells of something else than was walked. */
export function findWrongSeal(walk: Walk, seal: Seal, whole: boolean): Problem | null {
  const last = walk.last?.position ?? 0;
  if ((seal.key === null) !== whole)
    return problemAt(last + 1, 'altered', 'the last line tells of another kind of export');
  if (walk.size > seal.size)
    return problemAt(
      whole ? seal.size + 1 : last,
      'inserted',
      `the file counts ${seal.size} events, and there are more`,
    );
  const cutOff = findCutOff(walk, seal, []);
  if (cutOff) return whole ? cutOff : { ...cutOff, position: last + 1, through: last + 1 };
  if (walk.root === seal.root) return null;
  return whole ? findReordered(walk, seal) : problemAt(last, 'altered', 'the last line has another hash');
}
