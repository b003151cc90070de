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

/** What a walk has seen, from the log's beginning up to the end or the first problem. */
export interface Walk {
  size: number;
  /** The chain over the log, or the hash of the last event where one key is walked. */
  root: string;
  last: Link | null;
  problem: Problem | null;
  /** The size of the last anchor that the log passes through. */
  since: number;
  /** The first anchor that it does not pass through. */
  missed: Anchor | null;
}

/**
 * Walks events in order of position and finds the first that is not as it was written.
 *
 * It keeps nothing of the events behind it, so its memory does not grow with the log. With `whole` the positions must be
 * 1, 2, 3 … and the chain over the log is computed; otherwise it is one key's events at rising positions. A log whose
 * beginning was walked elsewhere goes on from there.
 */
export async function walkEvents(
  items: AsyncIterable<LinkedEvent | Gap>,
  {
    whole,
    witness,
    start = { size: 0, root: zeroHash, last: null, problem: null, since: 0, missed: null },
    anchors = [],
    before = Number.POSITIVE_INFINITY,
  }: {
    whole: boolean;
    witness: Witness;
    /** The walk that this one goes on from. */
    start?: Walk | undefined;
    /** In order of size. */
    anchors?: readonly Anchor[];
    /** Stop at this position: what comes from there on is known already. */
    before?: number;
  },
): Promise<Walk> {
  const walk = { ...start };
  const checkAnchors = traceAnchors(walk, anchors);
  const nextPosition = () => (whole ? walk.size : (walk.last?.position ?? 0)) + 1;
  checkAnchors();
  for await (const item of items) {
    if ('event' in item && nextPosition() >= before) break;
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
    const expected = nextPosition();
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
  const ahead = anchors.filter(({ size }) => size >= walk.size);
  let next = 0;
  return () => {
    for (let anchor = ahead[next]; anchor && anchor.size === walk.size; anchor = ahead[++next]) {
      if (walk.missed) continue;
      if (anchor.root === walk.root) walk.since = anchor.size;
      else walk.missed = anchor;
    }
  };
}
