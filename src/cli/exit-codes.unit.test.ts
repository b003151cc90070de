import { expect, test } from 'vitest';
import { exitCodes, worstExitCode } from './exit-codes.ts';

test('the codes are those of the contract', () => {
  expect(exitCodes).toEqual({
    INTERNAL: 1,
    SEQUENCE_CONFLICT: 1,
    INVALID_INPUT: 2,
    GUARD_INVALID: 2,
    GUARD_REJECTED: 3,
    NOT_FOUND: 4,
    UNAVAILABLE: 5,
    RATE_LIMITED: 5,
    UNAUTHENTICATED: 6,
    FORBIDDEN: 6,
  });
});

test('of several failures the one counts that leaves most undone', () => {
  expect(worstExitCode([])).toBe(0);
  expect(worstExitCode([0, 3, 0])).toBe(3);
  expect(worstExitCode([3, 4])).toBe(4);
  expect(worstExitCode([4, 5, 2])).toBe(5);
  expect(worstExitCode([4, 6, 2])).toBe(6);
  expect(worstExitCode(Object.values(exitCodes))).toBe(5);
});
