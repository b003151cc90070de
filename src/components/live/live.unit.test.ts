import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PulseTrpcClient } from '#components/trpc/client.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { Timeline } from './apply-to-timeline.ts';
import { createLive, type Live } from './live.ts';
import { cursorAt, liveEvent, makeWorkflow } from './testing.ts';

const workflowKey = [['workflow', 'get'], { input: { key: 'a' } }];
const trailKey = [['workflow', 'timeline'], { input: { key: 'a', order: 'asc' }, type: 'infinite' }];
const trailAt = (position: number) => ({
  pages: [{ entries: [], nextCursor: null, asOf: cursorAt(position) }],
  pageParams: [null],
});

let cache: QueryClient;
let live: Live;

/** A tab that has followed the log since position 10, and has seen an abort at 11. */
beforeEach(() => {
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('requestAnimationFrame', () => 0); // A tab that nobody sees.
  vi.stubGlobal('cancelAnimationFrame', () => {});
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'hidden' }));
  cache = new QueryClient();
  const subscribe = (_input: unknown, { onData }: { onData(message: unknown): void }) => {
    const { cursor, entry } = liveEvent(11, 'a', 'meta.__abort__', { reason: 'why' });
    onData({ id: cursor, data: entry });
    return { unsubscribe: () => {} };
  };
  live = createLive({ workflow: { onEntry: { subscribe } } } as unknown as PulseTrpcClient, cache);
  live.start(cursorAt(10), null);
});

afterEach(() => {
  live.stop();
  vi.unstubAllGlobals();
});

test('what was read before an event and is put into the cache after it takes the event in', () => {
  cache.setQueryData(trailKey, trailAt(10));
  live.catchUp(trailKey);
  expect(cache.getQueryData<Timeline>(trailKey)?.pages[0]?.entries).toMatchObject([{ position: 11 }]);
  cache.setQueryData(workflowKey, makeWorkflow(1, 'a'));
  live.catchUp(workflowKey);
  expect(cache.getQueryData<Workflow>(workflowKey)).toMatchObject({ status: 'aborted', reason: 'why' });
});

test('what is as new as the stream stays as it is', () => {
  cache.setQueryData(trailKey, trailAt(11));
  live.catchUp(trailKey);
  expect(cache.getQueryData(trailKey)).toEqual(trailAt(11));
  expect(cache.getQueryState(trailKey)?.isInvalidated).toBe(false);
});

test('what was read before the tab began to follow is read again', () => {
  cache.setQueryData(trailKey, trailAt(9));
  live.catchUp(trailKey);
  expect(cache.getQueryData(trailKey)).toEqual(trailAt(9));
  expect(cache.getQueryState(trailKey)?.isInvalidated).toBe(true);
});
