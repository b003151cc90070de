import { z } from 'zod';
import { AppendEvent, appendEvent } from '../events/append-event.ts';
import { followEvents } from '../events/follow-events.ts';
import { EventFilter, ListEvents, listEvents } from '../events/list-events.ts';
import { procedure, router } from './init.ts';
import { toSubscription } from './subscription.ts';

/** tRPC's client adds the id of the last item that it has seen when it connects again. */
export const FollowInput = EventFilter.extend({ lastEventId: z.string().max(100).optional() });

export const eventRouter = router({
  append: procedure.input(AppendEvent).mutation(({ ctx, input }) => appendEvent(ctx.pulse, input, ctx.actor)),
  list: procedure.input(ListEvents.default({ limit: 200 })).query(({ ctx, input }) => listEvents(ctx.pulse, input)),
  onAppend: procedure.input(FollowInput.default({})).subscription(async ({ ctx, input, signal }) => {
    const { lastEventId, after, ...filter } = input;
    const options = { ...filter, after: lastEventId ?? after, signal: signal ?? new AbortController().signal };
    return toSubscription(await followEvents(ctx.pulse, options));
  }),
});
