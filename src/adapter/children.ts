import type { RoundResult } from '#domain/moderator.ts';
import type { RoleContext } from '#domain/role.ts';
import { makeChildKey, startChild } from '#server/workflows/start-child.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';
import { whileHeld } from './write.ts';

/** What lets a round's role start workflows. */
export interface Children {
  start: RoleContext<unknown>['start'];
  /** The round is over: none is started any more. */
  close(): void;
}

export function openChildren(
  adapter: AdapterContext,
  held: Held,
  { round, history }: { round: number; history: readonly RoundResult[] },
): Children {
  const step = 1 + history.filter(({ outcome }) => outcome !== 'lost').length;
  let count = 0;
  let isOver = false;

  return {
    start: async (name, input = {}, { key, maxRounds } = {}) => {
      if (isOver) throw new Error('the round is over, so it cannot start a workflow');
      if (key === undefined) count += 1;
      const child = { name, key: key ?? makeChildKey(held.key, step, count), input, maxRounds };
      const parent = { key: held.key, epoch: held.epoch, round };
      return whileHeld(held, () => startChild(adapter.pulse, parent, child, adapter.definitions, adapter.actor));
    },
    close: () => {
      isOver = true;
    },
  };
}
