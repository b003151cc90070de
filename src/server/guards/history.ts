import type { GuardStates } from '#domain/guard.ts';
import type { Json } from '#domain/json.ts';
import type { PrismaClient } from '../db/client.ts';
import { toEvent } from '../db/rows.ts';
import type { Stream } from '../log/stream.ts';
import type { CompiledGuard } from './compile.ts';
import { isUnread, replayEvent } from './evaluate.ts';

const pageEvents = 500;

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
 * Drops the states of guards that are in force no more. A key without events gets one for each guard that is, so that
 * none will have to read what it has seen happen.
 */
export function keepStatesInForce(guards: readonly CompiledGuard[], stream: Stream): Stream {
  const { sequence, guardStates } = stream;
  const kept = Object.entries(guardStates).filter(([name]) => guards.some(({ stateName }) => stateName === name));
  const begun = sequence === 0 ? guards.filter((guard) => isUnread(guard, guardStates)) : [];
  if (kept.length === Object.keys(guardStates).length && begun.length === 0) return stream;
  const initial = begun.map(({ stateName, initialValue }): [string, Json] => [stateName, initialValue]);
  return { ...stream, guardStates: Object.fromEntries([...kept, ...initial]) };
}

/**
 * Builds what some guards would know of a key if they had been there from its start: what one would have refused has
 * happened all the same, and leaves its state as it was.
 *
 * **Shape** a state by the guard's `stateName`; none when the start of the history is not in the database any more.
 */
export async function readHistory(
  prisma: PrismaClient,
  guards: readonly CompiledGuard[],
  key: string,
  sequence: number,
): Promise<GuardStates> {
  const states = new Map<CompiledGuard, Json>(guards.map((guard) => [guard, guard.initialValue]));
  let position = 0n;
  for (let next = 1; next <= sequence; ) {
    const rows = await prisma.event.findMany({
      where: { key, position: { gt: position }, sequence: { lte: sequence } },
      orderBy: { position: 'asc' },
      take: pageEvents,
    });
    if (rows[0]?.sequence !== next) return {};
    for (const row of rows) {
      const event = toEvent(row);
      for (const [guard, state] of states) states.set(guard, (await replayEvent(guard, state, event)).state);
      position = row.position;
    }
    next += rows.length;
  }
  return Object.fromEntries([...states].map(([guard, state]) => [guard.stateName, state]));
}
