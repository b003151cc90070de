import { findFirst } from './conclude.ts';
import { type Problem, problemAt } from './finding.ts';
import type { KeyEnd, LogEnd, LogReader } from './read-log.ts';
import type { Walk } from './walk.ts';

/**
 * Finds a row of `stream` that does not account for the events of its key, after these were walked.
 *
 * Every row must name its key's last event, and all together count as many events as there are: so none is missing.
 * With `archived`, the keys that have no event in the database have been looked at.
 */
export async function findWrongKeyRow(
  reader: LogReader,
  { size }: Walk,
  { archived }: { archived: boolean },
): Promise<Problem | null> {
  let wrong: Problem | null = null;
  for await (const page of reader.readKeyEnds()) {
    for (const end of page) if (end.last || !archived) wrong = findFirst([wrong, compareKeyEnd(end, size)]);
  }
  if (await reader.isCounted()) return wrong;
  const stray = await reader.findStray();
  if (stray) {
    const reason = `the stream of '${stray.key}' does not count this event: it was added, or the stream was changed`;
    return findFirst([wrong, problemAt(stray.position, 'inserted', reason)]);
  }
  const reason = 'the streams of all keys together count another number of events than the log';
  return wrong ?? { how: 'altered', position: 1, through: size, reason };
}

/** Compares what a key's row accounts for with its last event, where it does not account for fewer. */
export function compareKeyEnd({ key, counted, last }: KeyEnd, size: number): Problem | null {
  const sequence = counted?.sequence ?? 0;
  const found = last?.sequence ?? 0;
  const position = last?.position ?? 0;
  if (sequence > found) {
    const reason = `'${key}' counted ${sequence} events, and there are ${found}`;
    return { how: 'removed', position: position + 1, through: Math.max(position, size) + 1, reason };
  }
  if (sequence < found || counted?.hash === last?.hash) return null;
  return problemAt(position, 'altered', `event ${sequence} of '${key}' does not have the hash that its stream has`);
}

/** Finds what is wrong with the number and the last of a single key's events, after these were walked. */
export async function findWrongKeyEnd(
  reader: LogReader,
  { size, root, last }: Walk,
  end: LogEnd,
  key: string,
): Promise<Problem | null> {
  const position = last?.position ?? 0;
  if (size < end.size) {
    const reason = `'${key}' counted ${end.size} events, and there are ${size}`;
    return { how: 'removed', position: position + 1, through: Math.max(position + 1, end.until), reason };
  }
  if (size > end.size) {
    const [uncounted] = await reader.findEvents(key, end.size + 1);
    const reason = `'${key}' counted ${end.size} events, and there are more`;
    return problemAt(uncounted?.position ?? position, 'inserted', reason);
  }
  if (end.beyond !== null) return problemAt(end.beyond, 'inserted', 'it is behind the last event that the log counted');
  return root === end.root ? null : problemAt(position, 'altered', "the key's hash is not that of its last event");
}
