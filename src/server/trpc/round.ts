import { ClaimRound, claimRound } from '../rounds/claim-round.ts';
import { HeartbeatRound, heartbeatRound } from '../rounds/heartbeat-round.ts';
import { ReportRound, reportRound } from '../rounds/report-round.ts';
import { procedure, router } from './init.ts';
import { poll } from './poll.ts';

/** How workers in other processes and languages run rounds. **Source** `docs/workers.md` */
export const roundRouter = router({
  claim: poll('round:work')
    .input(ClaimRound)
    .mutation(({ ctx, input }) => claimRound(ctx.pulse, input, ctx.actor, ctx.signal)),
  heartbeat: poll('round:work')
    .input(HeartbeatRound)
    .mutation(({ ctx, input }) => heartbeatRound(ctx.pulse, input, ctx.actor, ctx.signal)),
  report: procedure('round:work')
    .input(ReportRound)
    .mutation(({ ctx, input }) => reportRound(ctx.pulse, input, ctx.actor)),
});
