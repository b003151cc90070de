import { z } from 'zod';
import type { Need } from '#domain/access.ts';
import { logKey } from '#domain/guard-change.ts';
import { AppendEvent, appendEvent } from '../events/append-event.ts';
import { followEvents } from '../events/follow-events.ts';
import { EventFilter, ListEvents, listEvents } from '../events/list-events.ts';
import { procedure, router } from './init.ts';
import { toSubscription } from './subscription.ts';

/** tRPC's client adds the id of the last item that it has seen when it connects again. */
export const FollowInput = EventFilter.extend({ lastEventId: z.string().max(100).optional() });

export const eventRouter = router({
  append: procedure('event:append', needOfAppend)
    .input(AppendEvent)
    .mutation(({ ctx, input }) => appendEvent(ctx.pulse, input, ctx.actor)),
  list: procedure('event:read')
    .input(ListEvents.default({ limit: 200 }))
    .query(({ ctx, input }) => listEvents(ctx.pulse, input)),
  onAppend: procedure('event:read')
    .input(FollowInput.default({}))
    .subscription(async ({ ctx, input, signal }) => {
      const { lastEventId, after, ...filter } = input;
      const options = { ...filter, after: lastEventId ?? after, signal: signal ?? new AbortController().signal };
      return toSubscription(await followEvents(ctx.pulse, options));
    }),
});

/** A token may have the scope of some kinds only. What changes the log itself is for who may change guards. */
function needOfAppend(input: unknown): Omit<Need, 'scope'> {
  const { kind, key } = Object(input) as { kind?: unknown; key?: unknown };
  return { ...(typeof kind === 'string' && { kind }), ...(key === logKey && { role: 'admin' }) };
}
