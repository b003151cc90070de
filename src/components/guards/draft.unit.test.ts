import { expect, test } from 'vitest';
import { toTrial } from './draft.ts';

const fields = { against: 'made', position: '', key: 'k ', kind: 'a.b', payload: '', state: '' } as const;

test('asks about what the fields name, and about nothing while they do not', () => {
  expect(toTrial(fields)).toEqual({ event: { key: 'k', kind: 'a.b' } });
  expect(toTrial({ ...fields, payload: '{"n":1}', state: 'null' })).toEqual({
    event: { key: 'k', kind: 'a.b', payload: { n: 1 } },
    state: null,
  });
  expect(toTrial({ ...fields, against: 'stored', position: '4812', payload: '{' })).toEqual({ position: 4812 });
  for (const change of [{ key: ' ' }, { kind: '' }, { payload: '{' }, { state: '{' }])
    expect(toTrial({ ...fields, ...change })).toBeUndefined();
  for (const position of ['', '0', '-1', '1.5', 'x'])
    expect(toTrial({ ...fields, against: 'stored', position })).toBeUndefined();
});
