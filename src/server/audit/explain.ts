import { hashEvent, zeroHash } from '../log/hash.ts';
import { type FoundEvent, type Link, type Problem, problemAt } from './finding.ts';

/** What the rest of the log tells about a place where something is wrong. Asked only then. */
export interface Witness {
  /** The events of a key that bear a sequence, in order of position. */
  findEvents(key: string, sequence: number): Promise<FoundEvent[]>;
  /** Whether the event was written after one behind it. Evidence of where, never of whether. */
  wasWrittenLate(position: number): Promise<boolean>;
}

/** Whether an event is as it was written, right after the one before it of its key. */
export function isLinked(event: FoundEvent, previous: Link | null): boolean {
  return (
    event.defect === undefined && event.sequence === (previous?.sequence ?? 0) + 1 && isHashed(event, previous?.hash)
  );
}

/** Says what has happened where {@link isLinked} does not hold. Looks at the rest of the log to tell the cases apart. */
export async function explainLink(event: FoundEvent, previous: Link | null, witness: Witness): Promise<Problem> {
  const expected = (previous?.sequence ?? 0) + 1;
  const { key, position, sequence, defect } = event;
  if (sequence !== expected && isHashed({ ...event, sequence: expected }, previous?.hash))
    return problemAt(position, 'altered', `event ${expected} of '${key}' says that it is event ${sequence}`);
  if (sequence > expected) {
    const [elsewhere] = await witness.findEvents(key, expected);
    if (elsewhere) {
      const reason = `event ${sequence} of '${key}' stands before its event ${expected}, which is at position ${elsewhere.position}`;
      return problemAt(position, 'reordered', reason);
    }
    const reason = `event ${expected} of '${key}' is missing before its event ${sequence}`;
    if (await witness.wasWrittenLate(position))
      return problemAt(position, 'altered', `${reason}; this row was written after one behind it`);
    return { how: 'removed', position: (previous?.position ?? 0) + 1, through: position, reason };
  }
  const twins = await witness.findEvents(key, sequence);
  if (twins.length > 1 || sequence < expected) {
    const intruder = await findIntruder(event, twins, witness);
    const reason = `'${key}' has its event ${sequence} more than once, and this is not the one that was appended`;
    return problemAt(intruder.position, 'inserted', reason);
  }
  // A hash that was made to fit shows at the key's next event; who wrote the rows tells which of the two it was.
  if (previous && !defect && (await witness.wasWrittenLate(previous.position)))
    return problemAt(
      previous.position,
      'altered',
      `event ${sequence - 1} of '${key}' is not what event ${sequence} follows from`,
    );
  const what = defect ?? "its content does not give its hash, or does not follow from the key's event before it";
  return problemAt(position, 'altered', `event ${sequence} of '${key}' is not as it was written: ${what}`);
}

/** Of several events with one sequence, the first that does not fit between the key's events before and after it. */
async function findIntruder(event: FoundEvent, twins: FoundEvent[], { findEvents }: Witness): Promise<FoundEvent> {
  const [before, next] = [
    await findEvents(event.key, event.sequence - 1),
    await findEvents(event.key, event.sequence + 1),
  ];
  const fits = (twin: FoundEvent) =>
    (before.length > 0 ? before : [undefined]).some((link) => isHashed(twin, link?.hash)) &&
    (next.length === 0 || next.some((follower) => isHashed(follower, twin.hash)));
  return twins.find((twin) => !fits(twin)) ?? event;
}

function isHashed(event: FoundEvent, previousHash = zeroHash): boolean {
  return hashEvent(previousHash, event) === event.hash;
}
