import { ClaimRound, claimRound } from '../rounds/claim-round.ts';
import { HeartbeatRound, heartbeatRound } from '../rounds/heartbeat-round.ts';
import { ReportRound, reportRound } from '../rounds/report-round.ts';
import { procedure, router } from './init.ts';

const never = new AbortController().signal;

/** How workers in other processes and languages run rounds. **Source** `docs/workers.md` */
export const roundRouter = router({
  claim: procedure('round:work')
    .input(ClaimRound)
    .mutation(({ ctx, input, signal = never }) => claimRound(ctx.pulse, input, ctx.actor, signal)),
  heartbeat: procedure('round:work')
    .input(HeartbeatRound)
    .mutation(({ ctx, input, signal = never }) => heartbeatRound(ctx.pulse, input, ctx.actor, signal)),
  report: procedure('round:work')
    .input(ReportRound)
    .mutation(({ ctx, input }) => reportRound(ctx.pulse, input, ctx.actor)),
});
