import { isPulseError } from '#domain/errors.ts';
import { control } from '#domain/kind.ts';
import { closeRound, foldRun, type Run } from '#domain/run-history.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';
import type { RoleResult } from './role.ts';
import { type OwnEvent, writeEvents } from './write.ts';

export type Round = { round: number; role: string };

/** What a round's role has brought and the log does not have yet: it is written with the step that follows from it. */
export interface UnwrittenResult {
  round: Round;
  result: RoleResult;
  /** Records that the round was stopped, since its result was refused. */
  recordStopped(): Promise<void>;
}

/** What the log tells of a run, and what its next tick is decided from: the same, but for a result on its way. */
export interface Known {
  run: Run;
  result: UnwrittenResult | null;
}

/** The run as it will be once its result is written, in milliseconds since 1970. */
export function foresee({ run, result }: Known, nowMs: number): Run {
  return result ? closeRound(run, result.result, nowMs) : run;
}

/** Writes a result by itself. **Errors** as of an append; when it is refused, the round has been recorded as stopped. */
export async function writeResult(adapter: AdapterContext, held: Held, result: UnwrittenResult): Promise<void> {
  try {
    await writeEvents(adapter, held, [toEvent(result)]);
  } catch (error) {
    if (isPulseError(error, 'GUARD_REJECTED')) await result.recordStopped();
    throw error;
  }
}

/**
 * Writes what a tick has decided, together with the result that it follows from. With a result or a wait it holds only as long
 * as nothing has happened since the tick looked.
 *
 * **Shape** the run after it, unless something else came before: then as it was, and the next look tells.
 * **Errors** as of an append. `SEQUENCE_CONFLICT`: nothing was written. `GUARD_REJECTED`: the step was not, and the result is
 * settled: written by itself, or its round recorded as stopped.
 */
export async function writeStep(
  adapter: AdapterContext,
  held: Held,
  { run, result }: Known,
  step: OwnEvent,
): Promise<Run> {
  const isExact = result !== null || run.wait !== null || step.tail === control.wait;
  try {
    const events = result ? [toEvent(result), step] : [step];
    const written = await writeEvents(adapter, held, events, isExact ? { expectedSequence: run.sequence } : {});
    return written[0]?.sequence === run.sequence + 1 ? written.reduce(foldRun, run) : run;
  } catch (error) {
    if (!result || !isPulseError(error, 'GUARD_REJECTED')) throw error;
    if (error.details.kind === `${held.name}.${step.tail}`) await writeResult(adapter, held, result);
    else await result.recordStopped();
    throw error;
  }
}

/** The role's own event. */
export function toEvent({ round, result }: Pick<UnwrittenResult, 'round' | 'result'>): OwnEvent {
  return { tail: round.role, payload: { ...round, ...result } };
}
