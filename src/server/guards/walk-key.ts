import { LRUCache } from 'lru-cache';
import { PulseError } from '#domain/errors.ts';
import type { PulseEvent } from '#domain/event.ts';
import type { GuardStates } from '#domain/guard.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';
import type { PrismaClient } from '../db/client.ts';
import { toEvent } from '../db/rows.ts';
import { zeroHash } from '../log/hash.ts';
import { readEventRows } from '../log/read-rows.ts';
import type { CompiledGuard } from './compile.ts';
import { replayEvent } from './evaluate.ts';

/** What was known of a key after one of its events. */
export interface Moment {
  position: number;
  sequence: number;
  hash: string;
  workflow: Workflow | null;
  /** By each guard's `stateName`. */
  states: GuardStates;
}

/** An event of a key, with what was known before and after it. */
export interface Step {
  before: Moment;
  event: PulseEvent;
  after: Moment;
}

const pageEvents = 500;
const maxCachedCharacters = 16 * 1024 * 1024;

/** Some moments of a key, in order: from the nearest a replay goes on. */
type Moments = LRUCache<string, Moment[]>;
const moments = new WeakMap<PrismaClient, Moments>();

/**
 * Replays a key's events up to the last that is not behind a position, as guards would have seen them from the start.
 *
 * It holds one page of events, ends when nobody waits for it, and remembers a moment of each page: the next replay of the
 * key begins at the nearest.
 *
 * **Shape** undefined when the key has no event so early.
 * **Errors** `UNAVAILABLE` when the key's first events are archived.
 */
export async function walkKey(
  prisma: PrismaClient,
  guards: readonly CompiledGuard[],
  { key, until, signal }: { key: string; until: number; signal?: AbortSignal | undefined },
): Promise<Step | undefined> {
  const [last] = await readEventRows(prisma, { after: 0, until, key, limit: 1, direction: 'desc' });
  if (!last) return undefined;
  const target = Number(last.position);
  const id = JSON.stringify([key, ...guards.map(({ stateName }) => stateName)]);
  const known = cacheOf(prisma).get(id) ?? [];
  let moment = (await findNearest(prisma, key, known, target)) ?? begin(guards);
  for (;;) {
    signal?.throwIfAborted();
    const rows = await readEventRows(prisma, { after: moment.position, until: target, key, limit: pageEvents });
    for (const row of rows) {
      if (row.sequence !== moment.sequence + 1) throw archived(key);
      const event = toEvent(row);
      const before = moment;
      moment = await step(guards, before, event);
      if (event.position === target) return { before, event, after: moment };
    }
    if (rows.length === 0) throw archived(key);
    remember(prisma, id, moment);
  }
}

function begin(guards: readonly CompiledGuard[]): Moment {
  const states = Object.fromEntries(guards.map(({ stateName, initialValue }) => [stateName, initialValue]));
  return { position: 0, sequence: 0, hash: zeroHash, workflow: null, states };
}

async function step(
  guards: readonly CompiledGuard[],
  { workflow, states }: Moment,
  event: PulseEvent,
): Promise<Moment> {
  const { position, sequence, hash } = event;
  let next = states;
  for (const guard of guards) {
    const before = states[guard.stateName] ?? guard.initialValue;
    const { state } = await replayEvent(guard, before, event);
    if (state !== before) next = { ...next, [guard.stateName]: state };
  }
  return { position, sequence, hash, workflow: evolve(workflow, event), states: next };
}

function cacheOf(prisma: PrismaClient): Moments {
  const known = moments.get(prisma);
  if (known) return known;
  const made: Moments = new LRUCache({
    maxSize: maxCachedCharacters,
    sizeCalculation: (list) => list.reduce((sum, moment) => sum + JSON.stringify(moment).length, 1),
  });
  moments.set(prisma, made);
  return made;
}

/** The last remembered moment before a position. A log that was restored may have gone on in another way since. */
async function findNearest(
  prisma: PrismaClient,
  key: string,
  known: readonly Moment[],
  target: number,
): Promise<Moment | undefined> {
  const nearest = known.findLast(({ position }) => position < target);
  if (!nearest) return undefined;
  const { position, hash } = nearest;
  const isThere = await prisma.event.findFirst({ where: { position, key, hash }, select: { position: true } });
  return isThere ? nearest : undefined;
}

function remember(prisma: PrismaClient, id: string, moment: Moment): void {
  const cache = cacheOf(prisma);
  const others = (cache.get(id) ?? []).filter(({ position }) => position !== moment.position);
  cache.set(
    id,
    [...others, moment].sort((left, right) => left.position - right.position),
  );
}

function archived(key: string): PulseError<'UNAVAILABLE'> {
  const reason = `the first events of '${key}' are archived`;
  return new PulseError('UNAVAILABLE', `${reason}; attach their partition again`, { reason });
}
