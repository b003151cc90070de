import { PulseError } from '#domain/errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { findCutOff, findFirst, findForeign, findReordered, findRewritten, toAnchors, toReport } from './conclude.ts';
import { type AuditReport, type Problem, problemAt } from './finding.ts';
import { linkByLookup } from './link-keys.ts';
import { type LogEnd, type LogReader, withLogReader } from './read-log.ts';
import { type Archived, verifyArchives } from './verify-archives.ts';
import { findWrongKeyEnd, findWrongKeyRow } from './verify-keys.ts';
import { type Walk, walkEvents } from './walk.ts';

/**
 * Verifies a log in its database: each event's hash, each key's chain, the chain over the log and where the log says
 * that it ends; with checkpoints also that it extends those, which finds a history that was rewritten whole.
 *
 * With `archives` the events before the database's first are read from those exports. With `key` it verifies that key's
 * events and its `stream` alone.
 *
 * **Shape** the first problem, if there is one. Memory does not grow with the log. A checkpoint's signature is the
 * caller's to check.
 * **Errors** `UNAVAILABLE`; `NOT_FOUND` for a key without events; `INVALID_INPUT` for a file that is no export.
 * **Source** `docs/audit.md`, `docs/adr/0007-audit.md`
 */
export async function verifyLog(
  { url }: { url: string },
  {
    key,
    ...options
  }: { key?: string | undefined; checkpoints?: readonly Checkpoint[]; archives?: readonly string[] } = {},
): Promise<AuditReport> {
  return withLogReader(url, (reader) => (key === undefined ? verifyWhole(reader, options) : verifyKey(reader, key)));
}

async function verifyWhole(
  reader: LogReader,
  { checkpoints = [], archives = [] }: { checkpoints?: readonly Checkpoint[]; archives?: readonly string[] },
): Promise<AuditReport> {
  const end = await reader.readEnd();
  const anchors = toAnchors(checkpoints);
  const archived =
    archives.length > 0 ? await verifyArchives(archives, reader, { logId: end.logId, anchors }) : undefined;
  const walk = archived?.problem ? archived.walk : await walkOn(reader, end, anchors, archived);
  const rewritten = findRewritten(walk);
  const problem =
    findForeign(end.logId, checkpoints) ??
    findFirst([archived?.problem ?? walk.problem, rewritten && (await narrow(reader, rewritten))]) ??
    (await findWrongEnd(reader, walk, end, { archived: archived !== undefined })) ??
    findCutOff(walk, end, anchors);
  return toReport({ logId: end.logId, key: null }, walk, problem);
}

/** Walks the database's events, from where the archives end. */
function walkOn(
  reader: LogReader,
  { until }: LogEnd,
  anchors: ReturnType<typeof toAnchors>,
  archived: Archived | undefined,
): Promise<Walk> {
  const items = linkByLookup(reader.readPages({ until }), reader.findPredecessors, archived?.carried);
  return walkEvents(items, { whole: true, witness: reader, start: archived?.walk, anchors });
}

/** Each key's chain holds. Looks for what is wrong with their number, their order and the log's end. */
async function findWrongEnd(
  reader: LogReader,
  walk: Walk,
  end: LogEnd,
  options: { archived: boolean },
): Promise<Problem | null> {
  const cutOff = findCutOff(walk, end, []);
  if (cutOff) return cutOff;
  const reordered = findReordered(walk, end);
  if (reordered || end.beyond !== null) {
    const stray = await reader.findStray();
    if (stray) return problemAt(stray.position, 'inserted', `no append of '${stray.key}' has written this event`);
  }
  if (end.beyond !== null) {
    const reason = `the log counted ${end.size} events, and there are more`;
    return problemAt(end.beyond, 'inserted', reason);
  }
  return (await findWrongKeyRow(reader, walk, options)) ?? (reordered && (await narrow(reader, reordered)));
}

/** The chain tells that something is wrong, not where. A row that was written after one behind it is where. */
async function narrow(reader: LogReader, problem: Problem): Promise<Problem> {
  const { position, through, reason } = problem;
  const late = await reader.findLateWrite(position ?? 1, through ?? 1);
  if (late === undefined) return problem;
  return { ...problem, position: late, through: late, reason: `${reason}; this row was written after one behind it` };
}

async function verifyKey(reader: LogReader, key: string): Promise<AuditReport> {
  const end = await reader.readKeyEnd(key);
  if (!end) throw new PulseError('NOT_FOUND', `There are no events of '${key}'`, { what: 'workflow', id: key });
  const pages = reader.readPages({ until: end.until, key });
  const walk = await walkEvents(linkByLookup(pages, reader.findPredecessors), { whole: false, witness: reader });
  const problem = walk.problem ?? (await findWrongKeyEnd(reader, walk, end, key));
  return toReport({ logId: end.logId, key }, walk, problem);
}
