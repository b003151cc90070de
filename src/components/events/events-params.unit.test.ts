import { expect, test } from 'vitest';
import { toEventsFilter } from './events-params.ts';

test('a field that makes no sense says why, and the other one filters on', () => {
  expect(toEventsFilter({ kind: 'meta.*', key: 'k' })).toEqual({ filter: { kind: 'meta.*', key: 'k' }, problem: null });
  expect(toEventsFilter({ kind: 'x'.repeat(300), key: 'k' })).toEqual({
    filter: { key: 'k' },
    problem: { what: 'kindProblem', why: expect.stringMatching(/^must be at most \d+ characters$/) },
  });
  expect(toEventsFilter({ kind: '', key: ' k' }).problem).toEqual({
    what: 'keyProblem',
    why: 'must not begin or end with white space',
  });
});
