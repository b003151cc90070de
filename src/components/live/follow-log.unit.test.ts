import { expect, test, vi } from 'vitest';
import type { PulseTrpcClient } from '#components/trpc/client.ts';
import { type FollowOptions, followLog } from './follow-log.ts';
import { cursorAt, liveEvent } from './testing.ts';

type Handlers = Parameters<PulseTrpcClient['workflow']['onEntry']['subscribe']>[1];

test('says once that it is live, however many entries show it', () => {
  let handlers: Partial<Handlers> = {};
  const subscribe = (_input: unknown, given: Partial<Handlers>) => {
    handlers = given;
    return { unsubscribe: () => {} };
  };
  const client = { workflow: { onEntry: { subscribe } } } as unknown as PulseTrpcClient;
  const [onState, onEntry] = [vi.fn<FollowOptions['onState']>(), vi.fn<FollowOptions['onEntry']>()];
  const same = async (cursor: string) => cursor;
  vi.stubGlobal('navigator', { onLine: true });
  const options = { client, after: cursorAt(0), onEntry, onState, onReturn: same, onReplaced: () => same(cursorAt(0)) };
  const following = followLog(options);
  for (const position of [1, 2, 3]) {
    const { cursor, entry } = liveEvent(position, 'k', 'note.added');
    handlers.onData?.({ id: cursor, data: entry } as never);
  }
  following.close();
  vi.unstubAllGlobals();
  expect(onEntry).toHaveBeenCalledTimes(3);
  expect(onState.mock.calls).toEqual([['connecting'], ['live']]);
});
