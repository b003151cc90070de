import { logKey } from '#domain/guard-change.ts';
import type { PrismaClient } from '../db/client.ts';
import { retryConnection } from '../db/connection.ts';
import type { CompiledGuard } from '../guards/compile.ts';
import { findGuards, readRegistry } from '../guards/guard-set.ts';
import { findUnread, keepStatesInForce, type ReadHistory } from '../guards/history.ts';
import type { AppendRequest } from './plan.ts';
import type { Stream } from './stream.ts';

/** What a batch is decided with: the guards in force, and for each key where it stands and what they know of it. */
export interface PreparedBatch {
  guards: readonly CompiledGuard[];
  /** The last hash of the log's own key, as the guards were read from it. */
  guardsHash: string;
  streams: Map<string, Stream>;
}

type GetStreams = (keys: ReadonlySet<string>) => Promise<Map<string, Stream>>;

/**
 * Gathers what a batch is decided with. A guard that came in force after a key began reads the key's history here, when
 * it first has to decide about it.
 *
 * What is being written just now is in no table yet, so `inFlight` is waited for where one must be read.
 */
export async function prepareBatch(
  prisma: PrismaClient,
  requests: readonly AppendRequest[],
  getStreams: GetStreams,
  readHistory: ReadHistory,
  inFlight?: Promise<void>,
): Promise<PreparedBatch> {
  let batch = await gather(prisma, requests, getStreams);
  const mustRead = batch.guards.some(({ problem }) => problem) || findReaders(batch, requests).length > 0;
  if (inFlight && mustRead) {
    await inFlight;
    batch = await gather(prisma, requests, getStreams);
  }
  for (const [key, unread] of findReaders(batch, requests)) {
    const stream = batch.streams.get(key) as Stream;
    const states = await retryConnection(() => readHistory(unread, key, stream.sequence));
    batch.streams.set(key, { ...stream, guardStates: { ...stream.guardStates, ...states } });
  }
  return batch;
}

async function gather(
  prisma: PrismaClient,
  requests: readonly AppendRequest[],
  getStreams: GetStreams,
): Promise<PreparedBatch> {
  const keys = new Set(requests.flatMap(({ key, parent }) => (parent ? [key, parent.key] : [key])));
  const all = await getStreams(new Set([...keys, logKey]));
  const { guardStates, hash: guardsHash } = all.get(logKey) as Stream;
  const guards = await retryConnection(() => findGuards(prisma, readRegistry(guardStates)));
  const keepInForce = keepStatesInForce(guards);
  const streams = new Map<string, Stream>();
  for (const key of keys) {
    const stream = all.get(key) as Stream;
    streams.set(key, key === logKey ? stream : keepInForce(stream));
  }
  return { guards, guardsHash, streams };
}

/** The keys whose history some guards have to read first. */
function findReaders(
  { guards, streams }: PreparedBatch,
  requests: readonly AppendRequest[],
): [key: string, guards: CompiledGuard[]][] {
  return [...streams].flatMap(([key, stream]): [string, CompiledGuard[]][] => {
    if (key === logKey) return [];
    const unread = findUnread(guards, stream, () =>
      requests.filter((request) => request.key === key).flatMap(({ events }) => events.map(({ kind }) => kind)),
    );
    return unread.length > 0 ? [[key, unread]] : [];
  });
}
