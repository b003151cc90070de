import { LRUCache } from 'lru-cache';
import type { GuardStates } from '#domain/guard.ts';
import type { Json } from '#domain/json.ts';
import type { PrismaClient } from '../db/client.ts';
import { toEvent } from '../db/rows.ts';
import { zeroHash } from '../log/hash.ts';
import { readEventRows } from '../log/read-rows.ts';
import type { Stream } from '../log/stream.ts';
import type { CompiledGuard } from './compile.ts';
import { isUnread, replayEvent } from './evaluate.ts';

const pageEvents = 500;
const maxPlaces = 1_000;

/** The guards that have yet to read a key's history before they can decide about events of these kinds. */
export function findUnread(
  guards: readonly CompiledGuard[],
  { sequence, guardStates }: Stream,
  getKinds: () => readonly string[],
): CompiledGuard[] {
  if (sequence === 0) return [];
  const unread = guards.filter((guard) => isUnread(guard, guardStates));
  if (unread.length === 0) return [];
  const kinds = getKinds();
  return unread.filter((guard) => kinds.some((kind) => guard.pickSource(kind)));
}

/**
 * Makes what drops the states of guards that are in force no more from the streams of a batch. A key without events gets one for each guard that is, so that
 * none will have to read what it has seen happen.
 */
export function keepStatesInForce(guards: readonly CompiledGuard[]): (stream: Stream) => Stream {
  const inForce = new Set(guards.map(({ stateName }) => stateName));
  return (stream) => {
    const { sequence, guardStates } = stream;
    const kept = Object.entries(guardStates).filter(([name]) => inForce.has(name));
    const begun = sequence === 0 ? guards.filter((guard) => isUnread(guard, guardStates)) : [];
    if (kept.length === Object.keys(guardStates).length && begun.length === 0) return stream;
    const initial = begun.map(({ stateName, initialValue }): [string, Json] => [stateName, initialValue]);
    return { ...stream, guardStates: Object.fromEntries([...kept, ...initial]) };
  };
}

/** Reads what some guards would know of a key that stands at a sequence. */
export type ReadHistory = (guards: readonly CompiledGuard[], key: string, sequence: number) => Promise<GuardStates>;

/** How far a guard has read a key, and what it knew there. */
interface Place {
  position: bigint;
  sequence: number;
  hash: string;
  state: Json;
}

/**
 * Makes a reader of histories. It builds what guards would know of a key if they had been there from its start: what one
 * would have refused has happened all the same, and leaves its state as it was.
 *
 * It remembers how far it came, so that who is overtaken by other writers of a long key reads only what they have written.
 *
 * **Shape** of what it reads: a state by the guard's `stateName`; none when a part of the history is not in the database any
 * more.
 */
export function createHistory(prisma: PrismaClient): ReadHistory {
  const places = new LRUCache<string, Place>({ max: maxPlaces });

  return async (guards, key, sequence) => {
    const states: GuardStates = {};
    for (const guard of guards) {
      const id = JSON.stringify([key, guard.stateName]);
      const known = places.get(id);
      // A log that was restored to an earlier moment may have gone on in another way.
      const isThere = known && known.sequence <= sequence && (await isInLog(prisma, key, known));
      const end = await readOn(prisma, guard, key, isThere ? known : atStart(guard), sequence);
      if (!end) continue;
      places.set(id, end);
      states[guard.stateName] = end.state;
    }
    return states;
  };
}

function atStart({ initialValue }: CompiledGuard): Place {
  return { position: 0n, sequence: 0, hash: zeroHash, state: initialValue };
}

async function isInLog(prisma: PrismaClient, key: string, { position, hash }: Place): Promise<boolean> {
  return (await prisma.event.findFirst({ where: { position, key, hash }, select: { position: true } })) !== null;
}

/** **Shape** undefined when an event between is missing. */
async function readOn(
  prisma: PrismaClient,
  guard: CompiledGuard,
  key: string,
  from: Place,
  sequence: number,
): Promise<Place | undefined> {
  let place = from;
  while (place.sequence < sequence) {
    const rows = await readEventRows(prisma, {
      after: Number(place.position),
      until: Number.MAX_SAFE_INTEGER,
      key,
      limit: Math.min(pageEvents, sequence - place.sequence),
    });
    if (rows.length === 0) return undefined;
    for (const row of rows) {
      if (row.sequence !== place.sequence + 1) return undefined;
      const { state } = await replayEvent(guard, place.state, toEvent(row));
      place = { position: row.position, sequence: row.sequence, hash: row.hash, state };
    }
  }
  return place;
}
