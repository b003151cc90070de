import { type Checkpoint, nameOrigin } from './checkpoint.ts';
import type { AuditReport, Problem } from './finding.ts';
import type { Anchor, Walk } from './walk.ts';

/** Finds a checkpoint of another log. */
export function findForeign(logId: string, checkpoints: readonly Checkpoint[]): Problem | null {
  const foreign = checkpoints.find(({ origin }) => origin !== nameOrigin(logId));
  if (!foreign) return null;
  const reason = `the checkpoint is of ${foreign.origin} and this log is ${nameOrigin(logId)}: it was replaced, or is another one`;
  return { how: 'foreign', position: null, through: null, reason };
}

/** Checkpoints as a walk takes them. */
export function toAnchors(checkpoints: readonly Checkpoint[]): Anchor[] {
  return checkpoints.toSorted((one, other) => one.size - other.size);
}

/** What is wrong when a log says, or a checkpoint does, that there is more than was found. */
export function findCutOff(walk: Walk, end: Anchor, anchors: readonly Anchor[]): Problem | null {
  const largest = Math.max(end.size, anchors.at(-1)?.size ?? 0);
  if (walk.size >= largest) return null;
  const witness = largest === end.size ? 'the log counted' : 'a checkpoint is over';
  const reason = `${witness} ${largest} events, and there are ${walk.size}`;
  return { how: 'removed', position: walk.size + 1, through: largest, reason };
}

/** What is wrong when a log does not pass through a checkpoint: somewhere since the last one that holds. */
export function findRewritten({ missed, since }: Walk): Problem | null {
  if (!missed) return null;
  const reason = `the first ${missed.size} events are not those that the checkpoint was signed over`;
  return { how: 'rewritten', position: since + 1, through: missed.size, reason };
}

/** What is wrong when each key's chain holds and the events do not give the chain over the log that the log names. */
export function findReordered(walk: Walk, end: Anchor): Problem | null {
  if (walk.root === end.root) return null;
  const reason = "each key's own chain holds, but the events in this order do not give the log's hash";
  return { how: 'reordered', position: 1, through: walk.size, reason };
}

/** Of several problems, the one that begins first. */
export function findFirst(problems: readonly (Problem | null)[]): Problem | null {
  const found = problems.filter((problem) => problem !== null);
  return found.sort((one, other) => (one.position ?? 0) - (other.position ?? 0))[0] ?? null;
}

/** Puts a report together. */
export function toReport(
  { logId, key }: { logId: string; key: string | null },
  { size, root }: Anchor,
  problem: Problem | null,
): AuditReport {
  return { ok: problem === null, logId, key, size, root, problem };
}
