import { expect, test } from 'vitest';
import { refusalError } from './plan.ts';

const refused = { key: 'k', kind: 'note.added', payload: {}, check: 'state.notes < 2' };

test('a refusal by a guard says its state and check; a long state is cut there, and whole in the details', () => {
  const state = { notes: 'x'.repeat(16_000) };
  const { message, details } = refusalError({ ...refused, guard: 'two-notes', state });
  expect(message).toMatch(
    /^note\.added of 'k' was refused by two-notes: its state is \{"notes":"x+…, and state\.notes < 2 /,
  );
  expect(message.length).toBeLessThan(500);
  expect(details.state).toEqual(state);
});

test('a refusal whose reason has plain words keeps guard, state and check in its details', () => {
  const state = { status: 'ended' };
  const error = refusalError({ ...refused, guard: 'workflow-rounds', state });
  expect(error.message).toBe("'k' has already ended: refused by workflow-rounds");
  expect(error.details).toEqual({
    guard: 'workflow-rounds',
    kind: 'note.added',
    key: 'k',
    state,
    check: refused.check,
  });
});
