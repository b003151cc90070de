import { expect, test } from 'vitest';
import { findRoundsAt, foldRound, type Round, type RoundEvent } from './round.ts';

const actor = { type: 'adapter', id: 'adapter-2', name: 'adapter-2', via: 'adapter' } as const;
const at = (position: number) => new Date(Date.UTC(2026, 2, 1) + position * 1_000).toISOString();
const event = (position: number, kind: string, payload: RoundEvent['payload']): RoundEvent => ({
  position,
  kind,
  payload,
  actor,
  occurredAt: at(position),
});
const fold = (events: RoundEvent[]) => events.reduce<readonly Round[]>(foldRound, []);

test('a round runs from its start to its role’s event, or to its stop', () => {
  const events = [
    event(2, 'meta.__round__', { round: 1, role: 'coder' }),
    event(3, 'meta.note', { round: 'one' }),
    event(4, 'meta.coder', { round: 1, outcome: 'failed' }),
    event(5, 'meta.__round__', { round: 2, role: 'coder' }),
    event(6, 'meta.__stopped__', { round: 2, role: 'coder', how: 'SIGTERM', reason: 'timed-out' }),
    event(7, 'meta.__round__', { round: 3, role: 'tester' }),
  ];
  expect(fold(events)).toMatchObject([
    { round: 1, role: 'coder', adapter: 'adapter-2', startedAt: at(2), endedAt: at(4), outcome: 'failed', how: null },
    { round: 2, role: 'coder', startedAt: at(5), endedAt: at(6), endPosition: 6, outcome: 'timed-out', how: 'SIGTERM' },
    { round: 3, role: 'tester', startedAt: at(7), endedAt: null, endPosition: null },
  ]);
});

test('what was seen already, or is of no round that is known, changes nothing', () => {
  const rounds = fold([event(2, 'meta.__round__', { round: 1, role: 'coder' }), event(4, 'meta.coder', { round: 1 })]);
  for (const again of [
    event(2, 'meta.__round__', { round: 1, role: 'coder' }),
    event(5, 'meta.__stopped__', { round: 1, role: 'coder', how: 'lost' }),
    event(6, 'meta.coder', { round: 9 }),
    event(7, 'meta.coder', null),
  ])
    expect(foldRound(rounds, again)).toBe(rounds);
});

test('at a position a round that was closed later still runs, and one that began later is not there', () => {
  const rounds = fold([
    event(2, 'meta.__round__', { round: 1, role: 'coder' }),
    event(4, 'meta.coder', { round: 1, outcome: 'failed' }),
    event(5, 'meta.__round__', { round: 2, role: 'coder' }),
    event(8, 'meta.__stopped__', { round: 2, role: 'coder', how: 'SIGTERM', reason: 'timed-out' }),
  ]);
  const begun = fold([event(2, 'meta.__round__', { round: 1, role: 'coder' })]);
  expect(findRoundsAt(rounds, 1)).toEqual([]);
  expect(findRoundsAt(rounds, 3)).toEqual(begun);
  expect(findRoundsAt(rounds, 4)).toEqual(rounds.slice(0, 1));
  expect(findRoundsAt(rounds, 7).at(-1)).toMatchObject({ round: 2, endedAt: null, outcome: null, how: null });
  expect(findRoundsAt(rounds, 8)).toEqual(rounds);
});
