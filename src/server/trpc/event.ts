import { tracked } from '@trpc/server';
import { z } from 'zod';
import { AppendEvent, appendEvent } from '../events/append-event.ts';
import { followEvents } from '../events/follow-events.ts';
import { EventFilter, ListEvents, listEvents } from '../events/list-events.ts';
import { procedure, router, typedErrors } from './init.ts';

/** tRPC's client adds the id of the last item that it has seen when it connects again. */
export const FollowInput = EventFilter.extend({ lastEventId: z.string().max(100).optional() });

export const eventRouter = router({
  append: procedure.input(AppendEvent).mutation(({ ctx, input }) => appendEvent(ctx.pulse, input, ctx.actor)),
  list: procedure.input(ListEvents.default({ limit: 200 })).query(({ ctx, input }) => listEvents(ctx.pulse, input)),
  onAppend: procedure.input(FollowInput.default({})).subscription(async function* ({ ctx, input, signal }) {
    const { lastEventId, after, ...filter } = input;
    const options = { ...filter, after: lastEventId ?? after, signal: signal ?? new AbortController().signal };
    for await (const { cursor, event } of typedErrors(followEvents(ctx.pulse, options))) yield tracked(cursor, event);
  }),
});
