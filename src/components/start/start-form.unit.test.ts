import { expect, test } from 'vitest';
import type { Json } from '#domain/json.ts';
import { dropBlanks, findMissing, fits, joinPath, listPaths } from './form-value.ts';
import { emptyValue, readField } from './json-schema.ts';

const pipeline = readField({
  type: 'object',
  required: ['steps'],
  properties: {
    cwd: { type: 'string', description: 'Where' },
    env: { type: 'object', additionalProperties: { type: 'string' } },
    steps: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role', 'run'],
        properties: {
          role: { type: 'string', maxLength: 80, pattern: '^[a-z]+$' },
          run: { type: 'string' },
          cwd: { type: 'string' },
          retry: { type: 'object', required: ['attempts'], properties: { attempts: { type: 'integer' } } },
        },
      },
    },
  },
});

test('a schema of nested lists and objects is a form that begins with one empty item', () => {
  expect(emptyValue(pipeline)).toEqual({ steps: [{ role: '', run: '' }] });
});

const words = { blank: 'must be filled in', tooFew: (atLeast: number) => `needs at least ${atLeast}` };

test('what must be filled in is named by the path that the server would use', () => {
  expect(findMissing(pipeline, { steps: [{ role: 'build', run: ' ' }] }, 'input', words)).toEqual([
    { path: 'input.steps[0].run', message: 'must be filled in' },
  ]);
  expect(findMissing(pipeline, {}, 'input', words).map(({ path }) => path)).toEqual(['input.steps']);
  expect(findMissing(pipeline, { steps: [] }, 'input', words).map(({ path }) => path)).toEqual(['input.steps']);
  expect(findMissing(pipeline, { steps: [{ role: 'a', run: 'b' }] }, 'input', words)).toEqual([]);
});

test('optional fields that were left empty are not sent, required ones are', () => {
  const value = { cwd: ' ', env: {}, steps: [{ role: 'a', run: 'b', cwd: '', retry: {} }] };
  expect(findMissing(pipeline, value, 'input', words)).toEqual([]);
  expect(dropBlanks(pipeline, value)).toEqual({ steps: [{ role: 'a', run: 'b' }] });
});

test('names are fields of one line, commands may have several, and what no form can show is JSON', () => {
  expect(readField({ type: 'string', pattern: '^x$' })).toMatchObject({ type: 'text', long: false });
  expect(readField({ type: 'string' })).toMatchObject({ type: 'text', long: true });
  expect(readField({ anyOf: [{ type: 'string' }, { type: 'number' }] })).toEqual({ type: 'json' });
  expect(readField({})).toEqual({ type: 'json' });
});

test('paths are joined as the server writes them', () => {
  expect(joinPath(joinPath(joinPath('input', 'steps'), 0), 'run')).toBe('input.steps[0].run');
});

test('a form knows at which places it shows what is wrong, so that the rest is told beside it', () => {
  const value = { env: { CI: '1' }, steps: [{ role: 'a', run: 'b' }] };
  expect(listPaths(pipeline, value, 'input')).toEqual([
    'input.cwd',
    'input.env.CI',
    'input.steps',
    'input.steps[0].role',
    'input.steps[0].run',
    'input.steps[0].cwd',
    'input.steps[0].retry.attempts',
  ]);
});

test.each<Json>([
  { steps: [{ role: 'build', run: 'make', retry: { attempts: 2 } }], env: { CI: 'true' } },
  { steps: [] },
])('a form shows %j whole', (input) => {
  expect(fits(pipeline, input)).toBe(true);
});

test.each<Json>([
  'make',
  { steps: 'make' },
  { steps: [{ role: 'build', run: 'make', color: 'red' }] },
  { steps: [], env: { CI: true } },
  { steps: [], cwd: null },
  { steps: [{ role: 'build', run: 'make', retry: { attempts: '2' } }] },
])('a form can not show %j', (input) => {
  expect(fits(pipeline, input)).toBe(false);
});
