import { PulseError } from '#domain/errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { findCutOff, findFirst, findForeign, findReordered, findRewritten, toAnchors, toReport } from './conclude.ts';
import { type AuditReport, type Problem, problemAt } from './finding.ts';
import { linkByLookup } from './link-keys.ts';
import { type LogEnd, type LogReader, withLogReader } from './read-log.ts';
import { type Walk, walkEvents } from './walk.ts';

/**
 * Verifies a log in its database: each event's hash, each key's chain, the chain over the log and where the log says
 * that it ends; with checkpoints also that it extends those, which finds a history that was rewritten whole.
 *
 * With `key` it verifies that key's events and its `stream` alone.
 *
 * **Shape** the first problem, if there is one. Memory does not grow with the log. A checkpoint's signature is the
 * caller's to check.
 * **Errors** `UNAVAILABLE`; `NOT_FOUND` for a key without events.
 * **Source** `docs/audit.md`, `docs/adr/0007-audit.md`
 */
export async function verifyLog(
  { url }: { url: string },
  { key, checkpoints = [] }: { key?: string | undefined; checkpoints?: readonly Checkpoint[] } = {},
): Promise<AuditReport> {
  return withLogReader(url, (reader) =>
    key === undefined ? verifyWhole(reader, checkpoints) : verifyKey(reader, key),
  );
}

async function verifyWhole(reader: LogReader, checkpoints: readonly Checkpoint[]): Promise<AuditReport> {
  const end = await reader.readEnd();
  const anchors = toAnchors(checkpoints);
  const walk = await walkEvents(linkByLookup(reader.readPages(end.until), reader.findPredecessors), {
    whole: true,
    witness: reader,
    anchors,
  });
  const rewritten = findRewritten(walk);
  const problem =
    findForeign(end.logId, checkpoints) ??
    findFirst([walk.problem, rewritten && (await narrow(reader, rewritten))]) ??
    (await findWrongEnd(reader, walk, end)) ??
    findCutOff(walk, end, anchors);
  return toReport({ logId: end.logId, key: null }, walk, problem);
}

/** Each key's chain holds. Looks for what is wrong with their number, their order and the log's end. */
async function findWrongEnd(reader: LogReader, walk: Walk, end: LogEnd): Promise<Problem | null> {
  const cutOff = findCutOff(walk, end, []);
  if (cutOff) return cutOff;
  const reordered = findReordered(walk, end);
  if (reordered || end.found > end.size) {
    const stray = await reader.findStray(Math.max(end.found, end.size));
    if (stray) return problemAt(stray.position, 'inserted', `no append of '${stray.key}' has written this event`);
  }
  if (end.found > end.size)
    return problemAt(end.size + 1, 'inserted', `the log counted ${end.size} events, and there are more`);
  return (await findOtherEnd(reader, walk)) ?? (reordered && (await narrow(reader, reordered)));
}

async function findOtherEnd(reader: LogReader, { size }: Walk): Promise<Problem | null> {
  const other = await reader.findOtherEnd();
  if (!other) return null;
  const { key, sequence, last } = other;
  if (last.sequence === sequence)
    return problemAt(last.position, 'altered', `event ${sequence} of '${key}' does not have the hash that its key has`);
  const reason = `'${key}' counted ${sequence} events, and there are ${last.sequence}`;
  return { how: 'removed', position: last.position + 1, through: Math.max(last.position, size) + 1, reason };
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
  const walk = await walkEvents(linkByLookup(reader.readPages(end.until, key), reader.findPredecessors), {
    whole: false,
    witness: reader,
  });
  return toReport({ logId: end.logId, key }, walk, walk.problem ?? findWrongKeyEnd(walk, end, key));
}

function findWrongKeyEnd(walk: Walk, end: LogEnd, key: string): Problem | null {
  const last = walk.last?.position ?? 0;
  if (walk.size < end.size) {
    const reason = `'${key}' counted ${end.size} events, and there are ${walk.size}`;
    return { how: 'removed', position: last + 1, through: Math.max(last + 1, end.until), reason };
  }
  if (walk.size > end.size || end.found > end.size)
    return problemAt(last, 'inserted', `'${key}' counted ${end.size} events, and there are more`);
  return walk.root === end.root ? null : problemAt(last, 'altered', "the key's hash is not that of its last event");
}
