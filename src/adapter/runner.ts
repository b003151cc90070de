import type { WorkflowDefinition } from '#domain/definition.ts';
import { isPulseError } from '#domain/errors.ts';
import { control } from '#domain/kind.ts';
import { emptyRun, foldRun, type Run } from '#domain/run-history.ts';
import { lookAtWorkflow } from '#server/leases/look-at-workflow.ts';
import { parkLease } from '#server/leases/park-lease.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';
import { runRound } from './round.ts';
import { decideTick, findDeadline, type Step } from './tick.ts';
import { whileHeld, writeEnd, writeEvent } from './write.ts';

/**
 * Works on one workflow, tick after tick, until it is over, waits, is taken away, or its turn is over.
 *
 * A tick is one look: it reads the lifecycle state and what has happened since, then skips, ends the workflow, gives it back
 * until later or runs a round.
 * **Shape** whether the lease is to be released: an end and a wait have done that.
 * **Errors** as of an append; `GUARD_REJECTED` only by the lease: another adapter has the workflow.
 */
export async function runWorkflow(adapter: AdapterContext, held: Held, isTurnOver: () => boolean): Promise<boolean> {
  const { key, name } = held;
  const definition = adapter.definitions.get(name) as WorkflowDefinition;
  let run = emptyRun;
  do {
    await adapter.pace(key, held.openSignal());
    if (held.interruption) return true;
    const look = () => lookAtWorkflow(adapter.pulse, { key, after: run });
    const { status, events, nowMs } = await whileHeld(held, look);
    run = events.reduce(foldRun, run);
    const step = decideTick(key, status, run, definition, nowMs);
    if (step.do === 'leave') return false;
    if (step.do === 'round' && adapter.isStopping()) return true;
    try {
      await takeStep(adapter, held, run, step, status);
      if (step.do === 'end' || step.do === 'wait') return false;
    } catch (error) {
      if (isPulseError(error, 'SEQUENCE_CONFLICT')) continue; // Something has happened that must be seen first.
      if (!isPulseError(error, 'GUARD_REJECTED') || error.details.guard === 'lease') throw error;
      // A guard's state changes only by an event of the key: until there is one, it would refuse again.
      if (!held.interruption) adapter.log(`${error.message}; waiting until something happens to it`);
      await waitForNews(adapter, held, run, definition, nowMs);
      return true;
    }
  } while (!held.interruption && !isTurnOver());
  return true;
}

/** Waits until something happens or its time is up. It holds no place meanwhile; after that it waits for its turn like all others. */
async function waitForNews(
  { pulse, id }: AdapterContext,
  held: Held,
  run: Run,
  definition: WorkflowDefinition,
  nowMs: number,
): Promise<void> {
  const leftMs = findDeadline(run, definition) - nowMs;
  const parking = held.waitForNews(run.sequence, leftMs > 0 ? leftMs : Number.POSITIVE_INFINITY);
  if (definition.limit !== undefined) await whileHeld(held, () => parkLease(pulse, { ...held, adapterId: id }));
  await parking;
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
    case 'wait': // What has come since it looked may be what it is going to wait for.
      return writeEvent(adapter, held, control.wait, step.wait, { expectedSequence: run.sequence });
    case 'round':
      return runRound(adapter, held, run, step);
  }
}
