import { extendChain, zeroHash } from '../log/hash.ts';
import { explainLink, isLinked, type Witness } from './explain.ts';
import { type FoundEvent, type How, type Link, type Problem, problemAt } from './finding.ts';

/** An event to verify with the one before it of its key: null for none, undefined where another walk looks at that. */
export interface LinkedEvent {
  event: FoundEvent;
  previous: Link | null | undefined;
}

/** A place where an event should be, and something is that is none. */
export interface Gap {
  how: How;
  reason: string;
}

/** The chain over the log at a size, from a source that is trusted. */
export interface Anchor {
  size: number;
  root: string;
}

/** What a walk has seen, up to the end or the first problem. */
export interface Walk {
  size: number;
  /** The chain over the log, or the hash of the last event where one key is walked. */
  root: string;
  last: Link | null;
  problem: Problem | null;
  /** The first anchor that the log does not pass through, with the size of the last one that it does. */
  missed: (Anchor & { since: number }) | null;
}

/**
 * Walks events in order of position and finds the first that is not as it was written.
 *
 * It keeps nothing of the events behind it, so its memory does not grow with the log. With `whole` the positions must be
 * 1, 2, 3 … and the chain over the log is computed; otherwise it is one key's events at rising positions.
 */
export async function walkEvents(
  items: AsyncIterable<LinkedEvent | Gap>,
  {
    whole,
    witness,
    anchors = [],
    before = Number.POSITIVE_INFINITY,
  }: {
    whole: boolean;
    witness: Witness;
    /** In order of size. */
    anchors?: readonly Anchor[];
    /** Stop at this position: what comes from there on is known already. */
    before?: number;
  },
): Promise<Walk> {
  const walk: Walk = { size: 0, root: zeroHash, last: null, problem: null, missed: null };
  const checkAnchors = traceAnchors(walk, anchors);
  checkAnchors();
  for await (const item of items) {
    if ((walk.last?.position ?? 0) + 1 >= before) break;
    walk.problem = await findProblem(item);
    if (walk.problem || !('event' in item)) break;
    const { position, sequence, hash } = item.event;
    walk.last = { position, sequence, hash };
    walk.size += 1;
    walk.root = whole ? extendChain(walk.root, hash) : hash;
    checkAnchors();
  }
  return walk;

  async function findProblem(item: LinkedEvent | Gap): Promise<Problem | null> {
    const expected = (walk.last?.position ?? 0) + 1;
    if (!('event' in item)) return problemAt(expected, item.how, item.reason);
    const { event, previous } = item;
    const misplaced = findMisplaced(event.position, expected, whole);
    if (misplaced) return misplaced;
    if (previous !== undefined && !isLinked(event, previous)) return explainLink(event, previous, witness);
    if (event.chain === undefined || event.chain === extendChain(walk.root, event.hash)) return null;
    const reason = 'the chain over the log does not lead from the event before it to this one';
    return problemAt(event.position, 'reordered', reason);
  }
}

function findMisplaced(position: number, expected: number, whole: boolean): Problem | null {
  if (position < expected)
    return problemAt(position, 'inserted', `position ${position} comes after position ${expected - 1}`);
  if (!whole || position === expected) return null;
  const reason = `nothing is there before position ${position}`;
  return { how: 'removed', position: expected, through: position - 1, reason };
}

/** Compares the chain with each anchor when its size is reached. */
function traceAnchors(walk: Walk, anchors: readonly Anchor[]): () => void {
  let next = 0;
  let since = 0;
  return () => {
    for (let anchor = anchors[next]; anchor && anchor.size === walk.size; anchor = anchors[++next]) {
      if (anchor.root === walk.root) since = anchor.size;
      else walk.missed ??= { ...anchor, since };
    }
  };
}
