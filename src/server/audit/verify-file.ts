import { invalidInput } from '#domain/errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { findCutOff, findFirst, findForeign, findReordered, findRewritten, toAnchors, toReport } from './conclude.ts';
import type { Witness } from './explain.ts';
import type { Seal } from './export-format.ts';
import { type AuditReport, type FoundEvent, type Problem, problemAt } from './finding.ts';
import { followKeys } from './follow-keys.ts';
import { type ExportFile, openExport } from './read-export.ts';
import { type Walk, walkEvents } from './walk.ts';

/**
 * Verifies an export without a database: each event's hash, each key's chain and, of a whole log, the chain over it,
 * and that it extends the checkpoints.
 *
 * **Shape** the first problem, if there is one. Memory grows with neither the log nor its keys; the file is read again
 * for every 250,000 keys.
 * **Errors** `INVALID_INPUT` when the file is no export, or checkpoints are given with a single key's.
 * **Source** `docs/audit.md`
 */
export async function verifyFile(
  path: string,
  { checkpoints = [], maxKeys }: { checkpoints?: readonly Checkpoint[]; maxKeys?: number } = {},
): Promise<AuditReport> {
  const file = await openExport(path);
  if (!file.whole && checkpoints.length > 0)
    throw invalidInput('--checkpoint', 'is about the whole log, and this file holds one key');
  const anchors = toAnchors(checkpoints);
  const { first, stopped } = await walkFile(file, anchors, maxKeys);
  const seal = file.seal();
  const problem =
    (seal ? findForeign(seal.logId, checkpoints) : null) ??
    findFirst([stopped.problem, findRewritten(first)]) ??
    (seal ? findWrongSeal(first, seal, file.whole) : null) ??
    findCutOff(first, first, anchors);
  return toReport({ logId: seal?.logId ?? '', key: seal?.key ?? null }, stopped, problem);
}

/** Walks a file as often as its keys need. `stopped` is the walk that stopped at the first problem, if one did. */
async function walkFile(
  file: ExportFile,
  anchors: ReturnType<typeof toAnchors>,
  maxKeys: number | undefined,
): Promise<{ first: Walk; stopped: Walk }> {
  const { whole, read } = file;
  const witness: Witness = {
    findEvents: (key, sequence) => collectEvents(file, key, sequence),
    wasWrittenLate: async () => false,
  };
  const walks = followKeys(read, { maxKeys });
  let first: Walk | undefined;
  let stopped: Walk | undefined;
  for (let items = walks.next(); items; items = walks.next()) {
    const before = stopped?.problem?.position ?? Number.POSITIVE_INFINITY;
    const walk = await walkEvents(items, { whole, witness, anchors, before });
    first ??= walk;
    if (!stopped || walk.problem) stopped = walk;
  }
  return { first, stopped } as { first: Walk; stopped: Walk }; // There is always a first walk.
}

function findWrongSeal(walk: Walk, seal: Seal, whole: boolean): Problem | null {
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

async function collectEvents(file: ExportFile, key: string, sequence: number): Promise<FoundEvent[]> {
  const found: FoundEvent[] = [];
  for await (const item of file.read()) {
    if ('position' in item && item.key === key && item.sequence === sequence) found.push(item);
  }
  return found;
}
