import { z } from 'zod';
import { OutputCursor } from '#domain/output.ts';
import { followTimeline } from '../events/follow-events.ts';
import { followOutput } from '../output/follow-output.ts';
import { GetOutput, getOutput, OutputFilter } from '../output/read-output.ts';
import { AbortWorkflow, abortWorkflow } from '../workflows/abort.ts';
import { AbortMany, abortMany } from '../workflows/abort-many.ts';
import { CountWorkflows, countWorkflows } from '../workflows/count.ts';
import { GetWorkflow, getWorkflow } from '../workflows/get.ts';
import { ListWorkflows, listWorkflows } from '../workflows/list.ts';
import { ReplayWorkflow, replayWorkflow } from '../workflows/replay.ts';
import { RequestAbort, requestAbort } from '../workflows/request-abort.ts';
import { ListRounds, listRounds } from '../workflows/rounds.ts';
import { StartWorkflow, startWorkflow } from '../workflows/start.ts';
import { GetTimeline, getTimeline } from '../workflows/timeline.ts';
import { FollowInput } from './event.ts';
import { procedure, router } from './init.ts';
import { toSubscription } from './subscription.ts';

/** tRPC's client adds the id of the last item that it has seen when it connects again. */
const FollowOutput = OutputFilter.extend({ lastEventId: z.optional(OutputCursor) });

export const workflowRouter = router({
  start: procedure('workflow:start')
    .input(StartWorkflow)
    .mutation(({ ctx, input }) => startWorkflow(ctx.pulse, input, ctx.actor)),
  abort: procedure('workflow:abort')
    .input(AbortWorkflow)
    .mutation(({ ctx, input }) => abortWorkflow(ctx.pulse, input, ctx.actor)),
  requestAbort: procedure('workflow:abort')
    .input(RequestAbort)
    .mutation(({ ctx, input }) => requestAbort(ctx.pulse, input, ctx.actor)),
  abortMany: procedure('workflow:abort')
    .input(AbortMany)
    .mutation(({ ctx, input }) => abortMany(ctx.pulse, input, ctx.actor)),
  get: procedure('workflow:read')
    .input(GetWorkflow)
    .query(({ ctx, input }) => getWorkflow(ctx.pulse, input)),
  list: procedure('workflow:read')
    .input(ListWorkflows.default({ limit: 50 }))
    .query(({ ctx, input }) => listWorkflows(ctx.pulse, input)),
  count: procedure('workflow:read')
    .input(CountWorkflows.default({}))
    .query(({ ctx, input }) => countWorkflows(ctx.pulse, input)),
  timeline: procedure('workflow:read')
    .input(GetTimeline)
    .query(({ ctx, input }) => getTimeline(ctx.pulse, input)),
  rounds: procedure('workflow:read')
    .input(ListRounds)
    .query(({ ctx, input }) => listRounds(ctx.pulse, input)),
  replay: procedure('workflow:read')
    .input(ReplayWorkflow)
    .query(({ ctx, input, signal }) => replayWorkflow(ctx.pulse, input, signal)),
  /** Every entry of the audit trail, of one key or of all, live: events and refusals. */
  onEntry: procedure('workflow:read')
    .input(FollowInput.default({}))
    .subscription(async ({ ctx, input, signal }) => {
      const { lastEventId, after, ...filter } = input;
      const options = { ...filter, after: lastEventId ?? after, signal: signal ?? new AbortController().signal };
      return toSubscription(await followTimeline(ctx.pulse, options));
    }),
  output: procedure('workflow:read')
    .input(GetOutput)
    .query(({ ctx, input }) => getOutput(ctx.pulse, input)),
  /** What its roles print, live. */
  onOutput: procedure('workflow:read')
    .input(FollowOutput)
    .subscription(async ({ ctx, input, signal }) => {
      const { lastEventId, after, ...filter } = input;
      const options = { ...filter, after: lastEventId ?? after, signal: signal ?? new AbortController().signal };
      return toSubscription(await followOutput(ctx.pulse, options));
    }),
});
