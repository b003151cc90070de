import type { WorkflowDefinition } from '#domain/definition.ts';
import { isPulseError } from '#domain/errors.ts';
import { control } from '#domain/kind.ts';
import { emptyRun, foldRun, type Run } from '#domain/run-history.ts';
import { lookAtWorkflow } from '#server/leases/look-at-workflow.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';
import { runRound } from './round.ts';
import { decideTick, findDeadline, type Step } from './tick.ts';
import { whileHeld, writeEnd, writeEvent } from './write.ts';

/**
 * Works on one workflow, tick after tick, until it is over or taken away.
 *
 * A tick is one look: it reads the lifecycle state and what has happened since, then skips, ends the workflow or runs a round.
 * **Errors** as of an append; `GUARD_REJECTED` only by the lease: another adapter has the workflow.
 */
export async function runWorkflow(adapter: AdapterContext, held: Held): Promise<void> {
  const { key, name } = held;
  const definition = adapter.definitions.get(name) as WorkflowDefinition;
  let run = emptyRun;
  while (!held.interruption) {
    const look = () => lookAtWorkflow(adapter.pulse, { key, after: run });
    const { status, events } = await whileHeld(held, look);
    run = events.reduce(foldRun, run);
    const step = decideTick(key, status, run, definition, Date.now());
    if (step.do === 'leave') return;
    try {
      await takeStep(adapter, held, run, step, status);
    } catch (error) {
      if (!isPulseError(error, 'GUARD_REJECTED') || error.details.guard === 'lease') throw error;
      // A guard's state changes only by an event of the key: until there is one, it would refuse again.
      if (!held.interruption) adapter.log(`${error.message}; waiting until something happens to it`);
      const deadlineMs = findDeadline(run, definition);
      await held.waitForNews(run.sequence, deadlineMs > Date.now() ? deadlineMs : Number.POSITIVE_INFINITY);
    }
  }
}

async function takeStep(
  adapter: AdapterContext,
  held: Held,
  run: Run,
  step: Exclude<Step, { do: 'leave' }>,
  status: string,
): Promise<void> {
  switch (step.do) {
    case 'record-lost': {
      const payload = { round: step.round, role: step.role, how: 'lost', tookMs: null };
      return writeEvent(adapter, held, control.stopped, payload, { fenced: status === 'active' });
    }
    case 'end':
      return writeEnd(adapter, held, run, step);
    case 'round':
      return runRound(adapter, held, run, step);
  }
}
