import { invalidInput } from '#domain/errors.ts';
import type { Seal } from './export-format.ts';
import type { Link, Problem } from './finding.ts';
import { openExports } from './read-export.ts';
import type { LogReader } from './read-log.ts';
import { findWrongSeal } from './verify-files.ts';
import { compareKeyEnd } from './verify-keys.ts';
import type { Anchor, Walk } from './walk.ts';
import { walkExport } from './walk-export.ts';

/** What the archives of a log hold, before the first event of its database. */
export interface Archived {
  walk: Walk;
  problem: Problem | null;
  /** The last archived event of each key that goes on in the database. */
  carried: ReadonlyMap<string, Link>;
}

const batchKeys = 1_000;

/**
 * Verifies the exports of what a log's database no longer holds.
 *
 * Their keys either go on in the database, or their `stream` must name their last archived event. Memory grows with the
 * keys that go on: the workflows that ran when the log was cut.
 */
export async function verifyArchives(
  paths: readonly string[],
  reader: LogReader,
  { logId, anchors }: { logId: string; anchors: readonly Anchor[] },
): Promise<Archived> {
  const archives = await openExports('--archive', paths);
  const { seal, whole } = archives;
  if (!whole) throw invalidInput('--archive', 'is of one key; give exports of the whole log');
  const before = (await reader.findFirst()) ?? undefined;
  const carried = new Map<string, Link>();
  let ended: Problem | null = null;
  const takeLinks = async (links: ReadonlyMap<string, Link>) => {
    const keys = [...links.keys()];
    for (let index = 0; index < keys.length; index += batchKeys) {
      for (const end of await reader.findKeyEnds(keys.slice(index, index + batchKeys))) {
        const link = links.get(end.key) as Link;
        if (end.last) carried.set(end.key, link);
        else ended ??= compareKeyEnd({ ...end, last: link }, link.position);
      }
    }
  };
  const { first, stopped } = await walkExport(archives, {
    anchors,
    ...(before !== undefined && { before }),
    takeLinks,
  });
  const problem =
    (seal && findForeignSeal(seal, logId)) ??
    stopped.problem ??
    (seal && (before === undefined || before > seal.size) ? findWrongSeal(first, seal, whole) : null) ??
    ended;
  return { walk: stopped, problem, carried };
}

function findForeignSeal(seal: Seal, logId: string): Problem | null {
  if (seal.logId === logId) return null;
  const reason = `the archive is of the log ${seal.logId}, and this is ${logId}`;
  return { how: 'foreign', position: null, through: null, reason };
}
