import { expect, test } from 'vitest';
import { noneChosen, readChosen, withChosen } from './chosen-params.ts';

const read = (href: string) => readChosen(new URLSearchParams(href.split('?')[1]));

test('what is chosen survives the way into the URL and back', () => {
  const keys = new Set(['a', '修复 & 1', 'b=c']);
  expect(read(withChosen('/?status=all', { keys, matching: false }))).toEqual({ keys, matching: false });
  expect(withChosen('/', { keys: new Set(['a']), matching: false })).toBe('/?row=a');
  expect(read(withChosen('/', { keys, matching: true }))).toEqual({ keys: new Set(), matching: true });
  expect(withChosen('/', noneChosen)).toBe('/');
});

test('an address holds all of the chosen rows, or none', () => {
  const keys = new Set(Array.from({ length: 500 }, (_, n) => `workflow-${n}`));
  expect(withChosen('/?status=all', { keys, matching: false })).toBe('/?status=all');
});

test('what the URL says wrongly is not chosen', () => {
  expect(read(`/?chosen=some&row=&row=${'k'.repeat(300)}`)).toEqual(noneChosen);
});
