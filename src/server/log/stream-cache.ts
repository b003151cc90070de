import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import { logKey } from '#domain/guard-change.ts';
import type { PrismaClient } from '../db/client.ts';
import { retryConnection } from '../db/connection.ts';
import { emptyStream, loadStreams, type Stream } from './stream.ts';

const maxCachedStreams = 20_000;
const mostAtOnce = 500;

/**
 * Where the keys stand that this process has written last, so that an append need not read them first. Others may have
 * written since: the compare-and-set of the append finds that out.
 */
export interface StreamCache {
  /** The streams of some keys, those that are not kept as they are stored. **Errors** `UNAVAILABLE` */
  get(keys: ReadonlySet<string>): Promise<Map<string, Stream>>;
  /** Reads a stream as it is now, and keeps it. **Errors** `UNAVAILABLE` */
  read(key: string): Promise<Stream>;
  set(key: string, stream: Stream): void;
  delete(key: string): void;
  /** Forgets a stream of which somebody knows a later epoch: claiming a lease raises it without an append. */
  deleteBefore(key: string, epoch: number): void;
}

export function createStreamCache(prisma: PrismaClient): StreamCache {
  const cache = new LRUCache<string, Stream>({ max: maxCachedStreams });
  const load = (keys: readonly string[]) => retryConnection(() => loadStreams(prisma, [...keys]));
  const loader = new DataLoader<string, Stream>(
    async (keys) => {
      const loaded = await load(keys);
      return keys.map((key) => loaded.get(key) ?? emptyStream);
    },
    { cache: false, maxBatchSize: mostAtOnce },
  );

  async function get(keys: ReadonlySet<string>): Promise<Map<string, Stream>> {
    const streams = new Map<string, Stream>();
    const missing: string[] = [];
    for (const key of keys) {
      const cached = cache.get(key);
      if (cached) streams.set(key, cached);
      else missing.push(key);
    }
    if (missing.length > 0) {
      const loaded = await load(missing);
      for (const key of missing) streams.set(key, loaded.get(key) ?? emptyStream);
      // Every batch needs it, and few change it.
      if (missing.includes(logKey)) cache.set(logKey, streams.get(logKey) ?? emptyStream);
    }
    return streams;
  }

  async function read(key: string): Promise<Stream> {
    const stream = await loader.load(key);
    // What is planned for the key just now is newer than what is stored.
    const { sequence, epoch } = cache.get(key) ?? emptyStream;
    if (stream.sequence > sequence || stream.epoch > epoch) cache.set(key, stream);
    return stream;
  }

  return {
    get,
    read,
    set: (key, stream) => cache.set(key, stream),
    delete: (key) => cache.delete(key),
    deleteBefore: (key, epoch) => {
      if (epoch > (cache.get(key)?.epoch ?? epoch)) cache.delete(key);
    },
  };
}
