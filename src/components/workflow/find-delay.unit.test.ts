import { expect, test } from 'vitest';
import { findDelay } from './find-delay.ts';

const makeAdapter = (taken: number, changes: { alive?: boolean; definitions?: string[] } = {}) => ({
  alive: true,
  definitions: ['backup'],
  capacity: 2,
  running: Array.from({ length: taken }),
  ...changes,
});

test('a workflow whose definition no living adapter runs waits for nobody', () => {
  const others = [makeAdapter(0, { definitions: ['other'] }), makeAdapter(0, { alive: false })];
  expect(findDelay([], 'backup')).toEqual({ type: 'nobody' });
  expect(findDelay(others, 'backup')).toEqual({ type: 'nobody' });
});

test('it is queued when all places of those that run it are taken', () => {
  const idle = makeAdapter(0, { definitions: ['other'] });
  expect(findDelay([makeAdapter(2), makeAdapter(2), idle], 'backup')).toEqual({ type: 'full', places: 4 });
});

test('it will be taken in a moment when a place is free', () => {
  expect(findDelay([makeAdapter(2), makeAdapter(1)], 'backup')).toBeNull();
});
