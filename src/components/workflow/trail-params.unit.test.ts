import { expect, test } from 'vitest';
import { toTrailFilter } from './trail-params.ts';

const open = { kind: '', actor: '', find: '', type: '' } as const;

test('a field that makes no sense says why, and nothing is asked for', () => {
  expect(toTrailFilter({ ...open, find: 'x', type: 'refusal' })).toEqual({
    filter: { find: 'x', type: 'refusal' },
    problem: null,
  });
  expect(toTrailFilter({ ...open, find: 'x'.repeat(201) })).toEqual({
    filter: {},
    problem: 'must be at most 200 characters',
  });
  expect(toTrailFilter({ ...open, kind: 'x'.repeat(300) }).problem).toMatch(/^must be at most \d+ characters$/);
  expect(toTrailFilter({ ...open, kind: 'no kind' }).problem).toContain('must be a kind');
});
