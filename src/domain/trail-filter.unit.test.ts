import { expect, test } from 'vitest';
import type { TimelineEntry } from './event.ts';
import { matchesTrail } from './trail-filter.ts';

const entry = {
  type: 'event',
  kind: 'meta.coder',
  payload: { round: 3, note: 'Wrote README.md' },
  actor: { type: 'adapter', id: 'adapter-2', name: 'Worker Two', via: 'adapter' },
} as unknown as TimelineEntry;

test.each([
  [{}, true],
  [{ kind: '*.coder' }, true],
  [{ kind: 'meta.__abort__' }, false],
  [{ actor: 'worker t' }, true],
  [{ actor: 'ADAPTER' }, true],
  [{ actor: 'ana' }, false],
  [{ find: 'readme' }, true],
  [{ find: '"round":3' }, true],
  [{ find: 'coder' }, false],
  [{ type: 'refusal' as const }, false],
  [{ kind: 'meta.*', actor: 'two', find: 'wrote', type: 'event' as const }, true],
  [{ kind: 'meta.*', actor: 'three', find: 'wrote' }, false],
])('a trail filtered by %j shows the entry: %s', (filter, shown) => {
  expect(matchesTrail(filter, entry)).toBe(shown);
});
