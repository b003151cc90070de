import { expect, test } from 'vitest';
import type { Round } from '#domain/round.ts';
import { layOutRounds } from './rounds-scale.ts';

const start = Date.UTC(2026, 2, 1);
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
const makeRound = (round: number, role: string, from: number, to: number | null): Round => ({
  round,
  role,
  adapter: 'adapter-2',
  startedAt: at(from),
  position: round * 2,
  endedAt: to === null ? null : at(to),
  endPosition: to === null ? null : round * 2 + 1,
  outcome: null,
  how: null,
});
const rounds = [makeRound(1, 'coder', 0, 40), makeRound(2, 'tester', 50, 60), makeRound(3, 'coder', 60, null)];

test('each role has a lane; what runs ends at the moving edge', () => {
  const { lanes, toMs } = layOutRounds(rounds, start + 100_000);
  expect(toMs).toBe(start + 100_000);
  expect(lanes.map(({ role, bars }) => [role, ...bars.map(({ start, end }) => [start, end])])).toEqual([
    ['coder', [0, 0.4], [0.6, 1]],
    ['tester', [0.5, 0.6]],
  ]);
});

test('what is over ends with its last round, whatever time it is', () => {
  expect(layOutRounds(rounds.slice(0, 2), start + 999_000).toMs).toBe(start + 60_000);
  expect(layOutRounds([], start)).toEqual({ fromMs: start, toMs: start + 1, lanes: [] });
});
