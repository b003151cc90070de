import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { Workflow } from '#domain/workflow.ts';
import { applyToCache, eventsQueryKey, findWorkflow, placeInCache, sweepCache } from './apply-to-cache.ts';
import type { EventLog } from './apply-to-events.ts';
import type { WorkflowList } from './apply-to-list.ts';
import type { Timeline } from './apply-to-timeline.ts';
import { cursorAt, liveEvent, liveRefusal, makeWorkflow } from './testing.ts';

const keyOf = (procedure: string, input: object, type?: 'infinite') => [['workflow', procedure], { input, type }];
const listKey = (status: string) => keyOf('list', { status: [status], limit: 50 }, 'infinite');

/** The cache of someone who has looked at both tabs, at the workflow and at the log, all read at position 10. */
function makeCache() {
  const client = new QueryClient();
  const asOf = cursorAt(10);
  const workflow = makeWorkflow(1, 'a');
  const pages = (items: Workflow[]) => ({ pages: [{ items, nextCursor: null, asOf }], pageParams: [null] });
  client.setQueryData(listKey('active'), pages([workflow]));
  client.setQueryData(listKey('aborted'), pages([]));
  client.setQueryData(keyOf('get', { key: 'a' }), workflow);
  client.setQueryData(keyOf('timeline', { key: 'a', order: 'desc' }, 'infinite'), {
    pages: [{ entries: [], nextCursor: null, asOf }],
    pageParams: [null],
  });
  client.setQueryData(eventsQueryKey({ kind: '*.__abort__' }), {
    pages: [{ events: [], before: null, asOf }],
    pageParams: [null],
  });
  client.setQueryData(['something', 'else'], { untouched: true });
  return client;
}

const keysOf = (client: QueryClient, status: string) =>
  client.getQueryData<WorkflowList>(listKey(status))?.pages[0]?.items.map(({ key }) => key);

test('one abort changes every query that shows it, and none is read again', () => {
  const client = makeCache();
  const entries = [liveEvent(11, 'a', 'meta.__abort__', { reason: 'why' }), liveRefusal(1, 11, 'a', 'meta.coder')];
  expect(applyToCache(client, entries)).toEqual({ keys: new Set(), counts: new Set() });
  expect(client.getQueryData<Workflow>(keyOf('get', { key: 'a' }))).toMatchObject({ status: 'aborted', reason: 'why' });
  expect(keysOf(client, 'aborted')).toEqual(['a']);
  expect(keysOf(client, 'active')).toEqual(['a']);
  sweepCache(client, new Set(['a']));
  expect(keysOf(client, 'active')).toEqual([]);
  expect(keysOf(client, 'aborted')).toEqual(['a']);
  const timeline = client.getQueryData<Timeline>(keyOf('timeline', { key: 'a', order: 'desc' }, 'infinite'));
  expect(timeline?.pages[0]?.entries.map(({ type }) => type)).toEqual(['refusal', 'event']);
  const log = client.getQueryData<EventLog>(eventsQueryKey({ kind: '*.__abort__' }));
  expect(log?.pages[0]?.events.map(({ position }) => position)).toEqual([11]);
  expect(client.getQueryState(listKey('active'))?.fetchStatus).toBe('idle');
});

test('the answer to a call may be ahead of the stream, which then changes nothing back', () => {
  const client = makeCache();
  const answered = { ...makeWorkflow(1, 'a'), status: 'aborted' as const, round: 2, role: null, position: 13 };
  placeInCache(client, answered);
  applyToCache(client, [liveEvent(12, 'a', 'meta.__round__', { round: 2, role: 'coder' })]);
  expect(findWorkflow(client, 'a')).toEqual(answered);
  expect(keysOf(client, 'aborted')).toEqual(['a']);
});

test('a query that has failed or has no data yet is left alone', () => {
  const client = new QueryClient();
  void client.prefetchQuery({ queryKey: listKey('active'), queryFn: () => new Promise(() => {}) });
  expect(applyToCache(client, [liveEvent(1, 'a', 'meta.__start__')])).toEqual({ keys: new Set(), counts: new Set() });
  expect(client.getQueryData(listKey('active'))).toBeUndefined();
});
