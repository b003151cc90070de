import { hash, randomUUID } from 'node:crypto';
import type { FoundEvent, Link } from './finding.ts';
import type { Gap, LinkedEvent } from './walk.ts';

/** The keys that one walk follows: those whose fingerprint is `index` modulo `count`, a power of two. */
interface Share {
  count: number;
  index: number;
}

/** One of the walks that together follow every key. */
export interface KeyWalk {
  items: AsyncGenerator<LinkedEvent | Gap>;
  /** The last event of each key that this walk follows, so far. */
  links: ReadonlyMap<string, Link>;
}

export interface KeyWalks {
  /** The next walk; undefined when every key has been followed. */
  next(): KeyWalk | undefined;
}

const maxShares = 2 ** 31;

/**
 * Gives each event the one before it of its key, where nothing can be looked up and the events can be read again.
 *
 * It remembers at most `maxKeys` keys. When there are more, it follows half of them to the end and leaves the rest to
 * another walk, as often as it takes: memory stays bounded, and each key is followed by one walk from its start.
 */
export function followKeys(
  open: () => AsyncIterable<FoundEvent | Gap>,
  { maxKeys = 250_000 }: { maxKeys?: number | undefined } = {},
): KeyWalks {
  const salt = randomUUID(); // Nobody can choose keys that fall into the same share.
  const shares: Share[] = [{ count: 1, index: 0 }];
  const holds = ({ count, index }: Share, key: string) =>
    count === 1 || Number.parseInt(hash('sha256', salt + key).slice(0, 8), 16) % count === index;

  async function* follow(first: Share, links: Map<string, Link>): AsyncGenerator<LinkedEvent | Gap> {
    let share = first;
    for await (const item of open()) {
      if (!('position' in item)) {
        yield item;
        continue;
      }
      const { key, position, sequence, hash } = item;
      const mine = holds(share, key);
      yield { event: item, previous: mine ? (links.get(key) ?? null) : undefined };
      if (!mine) continue;
      links.set(key, { position, sequence, hash });
      while (links.size > maxKeys && share.count < maxShares) {
        shares.push({ count: share.count * 2, index: share.index + share.count });
        share = { count: share.count * 2, index: share.index };
        for (const known of links.keys()) if (!holds(share, known)) links.delete(known);
      }
    }
  }

  return {
    next: () => {
      const share = shares.shift();
      const links = new Map<string, Link>();
      return share && { items: follow(share, links), links };
    },
  };
}
