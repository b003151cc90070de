import { afterEach, expect, test, vi } from 'vitest';
import { makeQueryClient } from './client.ts';

afterEach(() => vi.unstubAllGlobals());

/** How long a query is kept once nobody shows it. */
function readGcTimes() {
  const client = makeQueryClient();
  const gcTimes = [
    ['workflow', 'timeline'],
    ['event', 'log'],
    ['workflow', 'get'],
  ].map((path) => {
    const queryKey = [path, { input: { key: 'k' } }];
    client.setQueryData(queryKey, {});
    return client.getQueryCache().find({ queryKey })?.gcTime;
  });
  client.clear();
  return gcTimes;
}

test('in a browser, what grows with the log is let go of soon after nobody shows it', () => {
  const others = Number.POSITIVE_INFINITY; // The library knows that this is no browser.
  expect(readGcTimes()).toEqual([others, others, others]);
  vi.stubGlobal('document', {});
  expect(readGcTimes()).toEqual([30_000, 30_000, others]);
});
