import { type TrackedEnvelope, tracked } from '@trpc/server';
import type { Followed } from '../events/follow-events.ts';
import { typedErrors } from './init.ts';

/** What a subscription gives: items for tRPC's callers, and frames for those who write it to a connection. */
export type Subscription<T> = AsyncIterable<TrackedEnvelope<T>> & Pick<Followed<T>, 'frames'>;

/** Makes a subscription's result from what it follows. tRPC's clients resume after the last item that they have seen. */
export function toSubscription<T>({ items, frames }: Followed<T>): Subscription<T> {
  return {
    frames,
    async *[Symbol.asyncIterator]() {
      for await (const { cursor, data } of typedErrors(items())) yield tracked(cursor, data);
    },
  };
}
