import { isPulseError } from '#domain/errors.ts';
import type { JsonObject } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import { foldRun, type Run, timedOut } from '#domain/run-history.ts';
import { lookAtWorkflow } from '#server/leases/look-at-workflow.ts';
import type { AdapterContext } from './adapter-context.ts';
import { openChildren } from './children.ts';
import type { Held } from './held.ts';
import { type RoleResult, type RoleStop, runRole } from './role.ts';
import { limitRound, type RoundLimit } from './round-limit.ts';
import type { Step } from './tick.ts';
import { onSameWait, whileHeld, writeEnd, writeEvent } from './write.ts';

/**
 * Runs one round: `__round__`, the role, and the role's own event, or `__stopped__` when it did not come to that.
 *
 * When the workflow's time is up meanwhile, `__end__` is appended in that moment and not when the role is dead: from then on
 * nothing that it writes is accepted, as after an abort.
 * **Errors** as of an append. When the role's event is refused, the round is recorded as stopped before the error is thrown.
 */
export async function runRound(
  adapter: AdapterContext,
  held: Held,
  run: Run,
  { role, context, leftMs }: Step & { do: 'round' },
): Promise<void> {
  const round = { round: context.round, role: context.role };
  const interrupted = held.openSignal();
  await writeEvent(adapter, held, control.round, { ...round, adapter: adapter.id }, onSameWait(run));
  let ending: Promise<void> | undefined;
  const limit = limitRound(held, interrupted, { timeoutMs: role.timeoutMs, leftMs }, (expiry) => {
    if (expiry === 'workflow') ending = endInTime(adapter, held, { ...run, round: round.round, wait: null });
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
  if (end.type === 'finished') {
    try {
      await writeResult(adapter, held, round, end.result);
    } catch (error) {
      if (isPulseError(error, 'GUARD_REJECTED')) await recordStopped(adapter, held, run, round, limit, 'returned');
      throw error;
    }
  } else {
    if (end.late) void refuseLate(adapter, held, round, end.late);
    await recordStopped(adapter, held, run, round, limit, end.how);
  }
}

type Round = { round: number; role: string };

async function writeResult(adapter: AdapterContext, held: Held, round: Round, result: RoleResult): Promise<void> {
  await writeEvent(adapter, held, round.role, { ...round, ...result } satisfies JsonObject);
}

/** Ends the workflow since its time is up. Somebody else's abort or end may have come first: the log tells. */
async function endInTime(adapter: AdapterContext, held: Held, run: Run): Promise<void> {
  await writeEnd(adapter, held, run, { outcome: timedOut, error: null }).catch((error: Error) =>
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
    const look = () => lookAtWorkflow(adapter.pulse, { key, after: run });
    const { status, events } = await whileHeld(held, look);
    const { open } = events.reduce(foldRun, run);
    if (open?.round !== round.round) return;
    await writeEvent(adapter, held, control.stopped, payload, { fenced: status === 'active' });
  } catch (error) {
    if (!isPulseError(error)) throw error;
    adapter.log(`'${key}': round ${round.round} is stopped (${how}), which was not recorded: ${error.message}`);
  }
}

/** What an abandoned role still brings is offered to the log, which refuses it: so the attempt is on the trail. */
async function refuseLate(adapter: AdapterContext, held: Held, round: Round, late: Promise<RoleResult>): Promise<void> {
  const result = await late;
  if (adapter.isStopping() || held.isGivenUp) return;
  await writeResult(adapter, held, round, result).catch((error: Error) => adapter.log(error.message));
}
