import type { WorkflowDefinition } from '#domain/definition.ts';
import { isPulseError } from '#domain/errors.ts';
import { control } from '#domain/kind.ts';
import { lookAtWorkflow } from '#server/leases/look-at-workflow.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';
import { runRound } from './round.ts';
import { emptyRun, foldRun, type Run } from './run-history.ts';
import { decideTick } from './tick.ts';
import { whileHeld, writeEvent } from './write.ts';

/**
 * Works on one workflow, tick after tick, until it is over or taken away.
 *
 * **Errors** as of an append; `GUARD_REJECTED` only by the lease: another adapter has the workflow.
 */
export async function runWorkflow(adapter: AdapterContext, held: Held): Promise<void> {
  let run = emptyRun;
  while (!held.interruption) {
    const { news } = held;
    try {
      const ticked = await tick(adapter, held, run);
      if (ticked.isOver) return;
      run = ticked.run;
    } catch (error) {
      if (!isPulseError(error, 'GUARD_REJECTED') || error.details.guard === 'lease') throw error;
      // A guard's state changes only by an event of the key: until there is one, it would refuse again.
      if (!held.interruption) adapter.log(`${error.message}; waiting until something happens to it`);
      await held.waitForNews(news);
    }
  }
}

/** One look at a workflow: reads the lifecycle state, then skips, ends it or runs a round. */
async function tick(adapter: AdapterContext, held: Held, before: Run): Promise<{ run: Run; isOver: boolean }> {
  const { key, name } = held;
  const look = () => lookAtWorkflow(adapter.pulse, { key, afterSequence: before.sequence });
  const { status, events } = await whileHeld(held, look);
  const run = events.reduce(foldRun, before);
  const step = decideTick(key, status, run, adapter.definitions.get(name) as WorkflowDefinition);
  switch (step.do) {
    case 'leave':
      return { run, isOver: true };
    case 'record-lost': {
      const payload = { round: step.round, role: step.role, how: 'lost', tookMs: null };
      await writeEvent(adapter, held, control.stopped, payload, { fenced: status === 'active' });
      return { run, isOver: false };
    }
    case 'end': {
      const payload = { outcome: step.outcome, rounds: run.round, ...(step.error !== null && { error: step.error }) };
      await writeEvent(adapter, held, control.end, payload);
      return { run, isOver: true };
    }
    case 'round':
      await runRound(adapter, held, run, step);
      return { run, isOver: false };
  }
}
