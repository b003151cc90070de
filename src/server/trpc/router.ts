import { listAdapters } from '../adapters/list-adapters.ts';
import { listStartable } from '../definitions/list-startable.ts';
import { listDefinitionProblems } from '../definitions.ts';
import { ApplyGuard, applyGuard, disableGuard, enableGuard, SwitchGuard } from '../guards/change-guards.ts';
import { GetGuard, GetGuardState, getGuard, getGuardState, listGuards } from '../guards/read-guards.ts';
import { TryGuard, tryGuard } from '../guards/try-guard.ts';
import { personRouter, sessionRouter, tokenRouter } from './access.ts';
import { eventRouter } from './event.ts';
import { createCallerFactory, procedure, router } from './init.ts';
import { roundRouter } from './round.ts';
import { workflowRouter } from './workflow.ts';

/** Every procedure of Pulse. Clients are typed from it. **Source** the Contract in `docs/api.md`. */
export const appRouter = router({
  workflow: workflowRouter,
  event: eventRouter,
  // A plain object: router() refuses the name `apply`, which its proxies for callers in this process keep for themselves.
  guard: {
    list: procedure('guard:read').query(({ ctx }) => listGuards(ctx.pulse)),
    get: procedure('guard:read')
      .input(GetGuard)
      .query(({ ctx, input }) => getGuard(ctx.pulse, input)),
    state: procedure('guard:read')
      .input(GetGuardState)
      .query(({ ctx, input }) => getGuardState(ctx.pulse, input)),
    // It writes nothing, but a definition does not fit into an address.
    try: procedure('guard:read')
      .input(TryGuard)
      .mutation(({ ctx, input, signal }) => tryGuard(ctx.pulse, input, ctx.actor, signal)),
    apply: procedure('guard:write')
      .input(ApplyGuard)
      .mutation(({ ctx, input, signal }) => applyGuard(ctx.pulse, input, ctx.actor, signal)),
    disable: procedure('guard:write')
      .input(SwitchGuard)
      .mutation(({ ctx, input }) => disableGuard(ctx.pulse, input, ctx.actor)),
    enable: procedure('guard:write')
      .input(SwitchGuard)
      .mutation(({ ctx, input }) => enableGuard(ctx.pulse, input, ctx.actor)),
  },
  round: roundRouter,
  adapter: router({ list: procedure('adapter:read').query(({ ctx }) => listAdapters(ctx.pulse)) }),
  session: sessionRouter,
  person: personRouter,
  token: tokenRouter,
  definition: router({
    list: procedure('definition:read').query(({ ctx }) => listStartable(ctx.pulse)),
    problems: procedure('definition:read').query(({ ctx }) => listDefinitionProblems(ctx.pulse)),
  }),
});

export type AppRouter = typeof appRouter;

/** Calls procedures without HTTP, for tests. */
export const createCaller = createCallerFactory(appRouter);
