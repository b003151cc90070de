import { isPulseError } from '#domain/errors.ts';
import { control } from '#domain/kind.ts';
import { foldRun, type Run, timedOut } from '#domain/run-history.ts';
import type { AdapterContext } from './adapter-context.ts';
import { openChildren } from './children.ts';
import type { Held } from './held.ts';
import { type RoleResult, type RoleStop, runRole } from './role.ts';
import { limitRound, type RoundLimit } from './round-limit.ts';
import type { Step } from './tick.ts';
import { type Known, type Round, toEvent, writeStep } from './unwritten-result.ts';
import { makeEnd, whileHeld, writeEvents } from './write.ts';

/**
 * Runs one round: `__round__`, the role, and `__stopped__` when the role did not come to a result.
 *
 * When the workflow's time is up meanwhile, `__end__` is appended in that moment and not when the role is dead: from then on
 * nothing that it writes is accepted, as after an abort.
 * **Shape** what is known after it: the role's result, which the caller writes, or none, as the round was stopped.
 * **Errors** as of an append of `__round__`.
 */
export async function runRound(
  adapter: AdapterContext,
  held: Held,
  known: Known,
  { role, context, leftMs }: Step & { do: 'round' },
): Promise<Known> {
  const round = { round: context.round, role: context.role };
  const interrupted = held.openSignal();
  const run = await writeStep(adapter, held, known, {
    tail: control.round,
    payload: { ...round, adapter: adapter.id },
  });
  let ending: Promise<void> | undefined;
  const limit = limitRound(held, interrupted, { timeoutMs: role.timeoutMs, leftMs }, (expiry) => {
    if (expiry === 'workflow') ending = endInTime(adapter, held, run);
  });
  const { home, watchdog } = adapter;
  const output = adapter.output.open({ key: held.key, epoch: held.epoch, ...round });
  const { signal } = limit;
  const children = openChildren(adapter, held, context);
  const { start } = children;
  const end = await runRole({ role, context, input: run.input, home, signal, watchdog, start, print: output.write });
  children.close();
  output.close();
  limit.clear();
  await ending;
  const recordStop = (how: RoleStop) => recordStopped(adapter, held, run, round, limit, how);
  if (end.type === 'finished')
    return { run, result: { round, result: end.result, recordStopped: () => recordStop('returned') } };
  if (end.late) void refuseLate(adapter, held, round, end.late);
  await recordStop(end.how);
  return { run, result: null };
}

/** Ends the workflow since its time is up. Somebody else's abort or end may have come first: the log tells. */
async function endInTime(adapter: AdapterContext, held: Held, run: Run): Promise<void> {
  const end = makeEnd(run, { outcome: timedOut, error: null });
  await writeEvents(adapter, held, [end]).catch((error: Error) =>
    adapter.log(`'${held.key}' was not ended in time: ${error.message}`),
  );
}

/**
 * Records that a round's role is dead, or was abandoned (ADR 5), unless that is on the log already.
 *
 * An abort or end has raised the epoch, so after one the event goes without; a workflow that is still active may be
 * another adapter's by now, so there it goes under the epoch of our lease.
 */
async function recordStopped(
  adapter: AdapterContext,
  held: Held,
  run: Run,
  round: Round,
  limit: RoundLimit,
  how: RoleStop,
): Promise<void> {
  const { key } = held;
  const tookMs = Math.round(performance.now() - limit.firedAt());
  const payload = { ...round, how, tookMs, ...(limit.expired() && { reason: timedOut }) };
  try {
    const { status, events } = await whileHeld(held, () => adapter.look({ key, after: run }));
    const { open } = events.reduce(foldRun, run);
    if (open?.round !== round.round) return;
    await writeEvents(adapter, held, [{ tail: control.stopped, payload }], { fenced: status === 'active' });
  } catch (error) {
    if (!isPulseError(error)) throw error;
    adapter.log(`'${key}': round ${round.round} is stopped (${how}), which was not recorded: ${error.message}`);
  }
}

/** What an abandoned role still brings is offered to the log, which refuses it: so the attempt is on the trail. */
async function refuseLate(adapter: AdapterContext, held: Held, round: Round, late: Promise<RoleResult>): Promise<void> {
  const result = await late;
  if (adapter.isStopping() || held.isGivenUp) return;
  await writeEvents(adapter, held, [toEvent({ round, result })]).catch((error: Error) => adapter.log(error.message));
}
