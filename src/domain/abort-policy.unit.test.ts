import { expect, it } from 'vitest';
import { abortNeedsReason, readLeastCharacters, readRequestedBy } from './abort-policy.ts';
import type { Json } from './json.ts';

it('reads how long a reason must be from the guard that is on', () => {
  expect(readLeastCharacters(abortNeedsReason)).toBe(10);
  const check = '$exists(event.payload.reason) and $length(event.payload.reason) >= 40';
  expect(readLeastCharacters({ sources: [{ kind: '*.__abort__', check, transition: 'state' }] })).toBe(40);
  expect(readLeastCharacters({ sources: [{ kind: '*.__abort__', check: 'false', transition: 'state' }] })).toBeNull();
});

it('reads who has asked for an abort', () => {
  expect(readRequestedBy({ requestedBy: 'ana' })).toBe('ana');
  for (const state of [null, [], 'ana', { requestedBy: null }, {}] as Json[]) expect(readRequestedBy(state)).toBeNull();
});
