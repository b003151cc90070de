import { LRUCache } from 'lru-cache';
import type { FoundEvent, Link } from './finding.ts';
import type { LinkedEvent } from './walk.ts';

/** An event whose predecessor in its key is wanted. */
export interface WantedPredecessor {
  key: string;
  position: number;
}

export interface Predecessor {
  key: string;
  link: Link;
}

const maxKeys = 100_000;

/**
 * Gives each event the one before it of its key, where those that are no longer in memory can be looked up.
 *
 * Keeps the keys that were seen last, and asks once a page for those that it does not know. `carried` are the ends of
 * keys in what was walked before.
 */
export async function* linkByLookup(
  pages: AsyncIterable<FoundEvent[]>,
  findPredecessors: (wanted: readonly WantedPredecessor[]) => Promise<Predecessor[]>,
  carried: ReadonlyMap<string, Link> = new Map(),
): AsyncGenerator<LinkedEvent> {
  const recent = new LRUCache<string, Link>({ max: maxKeys });
  for await (const page of pages) {
    const wanted = new Map<string, WantedPredecessor>();
    const links = new Map<string, Link>();
    for (const { key, position } of page) {
      const known = links.get(key) ?? recent.get(key);
      if (known) links.set(key, known);
      else if (!wanted.has(key)) wanted.set(key, { key, position });
    }
    if (wanted.size > 0) for (const { key, link } of await findPredecessors([...wanted.values()])) links.set(key, link);
    for (const event of page) {
      yield { event, previous: links.get(event.key) ?? carried.get(event.key) ?? null };
      const { position, sequence, hash } = event;
      links.set(event.key, { position, sequence, hash });
    }
    for (const [key, link] of links) recent.set(key, link);
  }
}
