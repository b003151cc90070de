import type { WorkflowDefinition } from '#domain/definition.ts';
import { isPulseError } from '#domain/errors.ts';
import { control } from '#domain/kind.ts';
import { emptyRun, foldRun, type Run } from '#domain/run-history.ts';
import { parkLease } from '#server/leases/park-lease.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';
import { runRound } from './round.ts';
import { decideTick, findDeadline, type Step } from './tick.ts';
import { foresee, type Known, writeResult, writeStep } from './unwritten-result.ts';
import { makeEnd, whileHeld, writeEvents } from './write.ts';

/**
 * Works on one workflow, tick after tick, until it is over, waits, is taken away, or its turn is over.
 *
 * A tick is one look: it reads the lifecycle state and what has happened since, then skips, ends the workflow, gives it back
 * until later or runs a round. What the round has brought is appended together with the next tick's step, where one follows.
 * **Shape** whether the lease is to be released: an end and a wait have done that.
 * **Errors** as of an append; `GUARD_REJECTED` only by the lease: another adapter has the workflow.
 */
export async function runWorkflow(adapter: AdapterContext, held: Held, isTurnOver: () => boolean): Promise<boolean> {
  const { key, name } = held;
  const definition = adapter.definitions.get(name) as WorkflowDefinition;
  const goesOn = () => !held.interruption && !isTurnOver();
  let known: Known = { run: emptyRun, result: null };
  let mayJoin = adapter.pace === undefined;
  do {
    const { result } = known;
    if (!result) await adapter.pace?.(key, held.openSignal());
    if (!result && held.interruption) return true;
    const { status, events, nowMs } = await whileHeld(held, () => adapter.look({ key, after: known.run }));
    known = { run: events.reduce(foldRun, known.run), result };
    const isJoined = mayJoin && status === 'active' && goesOn() && !adapter.isStopping();
    const foreseen = foresee(known, nowMs);
    const step: Step | { do: 'write-result' } =
      result && !isJoined ? { do: 'write-result' } : decideTick(key, status, foreseen, definition, nowMs);
    if (step.do === 'leave') return false;
    if (step.do === 'round' && adapter.isStopping()) return true;
    try {
      known = await takeStep(adapter, held, { ...known, foreseen, status }, step);
      mayJoin = adapter.pace === undefined;
      if (step.do === 'end' || step.do === 'wait') return false;
    } catch (error) {
      mayJoin = false;
      if (isPulseError(error, 'SEQUENCE_CONFLICT')) continue; // Something has happened that must be seen first.
      if (!isPulseError(error, 'GUARD_REJECTED') || error.details.guard === 'lease') throw error;
      // A guard's state changes only by an event of the key: until there is one, it would refuse again.
      if (!held.interruption) adapter.log(`${error.message}; waiting until something happens to it`);
      await waitForNews(adapter, held, known.run, definition, nowMs);
      return true;
    }
  } while (known.result || goesOn());
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
  before: Known & { foreseen: Run; status: string },
  step: Exclude<Step, { do: 'leave' }> | { do: 'write-result' },
): Promise<Known> {
  const { run, result, foreseen, status } = before;
  switch (step.do) {
    case 'write-result':
      if (result) await writeResult(adapter, held, result);
      return { run, result: null };
    case 'record-lost': {
      const payload = { round: step.round, role: step.role, how: 'lost', tookMs: null };
      await writeEvents(adapter, held, [{ tail: control.stopped, payload }], { fenced: status === 'active' });
      return { run, result: null };
    }
    case 'end':
      return { run: await writeStep(adapter, held, before, makeEnd(foreseen, step)), result: null };
    case 'wait':
      return { run: await writeStep(adapter, held, before, { tail: control.wait, payload: step.wait }), result: null };
    case 'round':
      return runRound(adapter, held, before, step);
  }
}
