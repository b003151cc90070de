import type { z } from 'zod';
import type { PulseEvent } from './event.ts';
import type { Json } from './json.ts';

/**
 * How a round ended. `succeeded` and `failed` are the role's own doing; `timed-out` is a round that was stopped when its
 * time was up; `lost` is one whose adapter died or was cut off.
 */
export type RoundOutcome = 'succeeded' | 'failed' | 'timed-out' | 'lost';

/** One finished round, as the log tells it. */
export interface RoundResult<
  Name extends string = string,
  Outcome extends RoundOutcome = RoundOutcome,
  Output extends Json = Json,
> {
  round: number;
  role: Name;
  outcome: Outcome;
  /** What the role returned, or null. */
  output: Output;
  /** Why it failed, or null. */
  error: string | null;
}

/** An event of the workflow that neither Pulse nor a role has written, such as a person's approval. */
export type OutsideEvent = Pick<PulseEvent, 'kind' | 'payload' | 'actor' | 'occurredAt'>;

/** How a wait came to its end that the moderator had asked for. */
export interface WaitResult {
  kind: string;
  /** What it waited for, or null when the time was over before. */
  event: OutsideEvent | null;
}

/** What a moderator decides from. */
export interface ModeratorContext<Input, Round extends RoundResult = RoundResult> {
  key: string;
  input: Input;
  /** The number that the next round will have. */
  round: number;
  /** Every finished round, oldest first. */
  history: readonly Round[];
  /** What has come from outside, oldest first, whether it was waited for or not. */
  events: readonly OutsideEvent[];
  /** The waits that are over since the last round, oldest first. */
  waits: readonly WaitResult[];
}

/**
 * What a moderator answers: which role runs next, what to wait for, or how the workflow ends.
 *
 * `delayMs` counts from when the moderator could be asked: after the start, a round, or what it waited for. A wait is for an
 * event that comes after it has begun; when it is over, the moderator is asked again and finds its end in `waits`.
 */
export type Decision<Name extends string = string> =
  | { role: Name; delayMs?: number }
  | { wait: string; timeoutMs?: number }
  | { end: string };

/**
 * Finds what a role returned when it last succeeded.
 *
 * **Shape** undefined when it has not yet. A moderator gets it typed by the role as it is written now; a role, or whoever
 * must read what earlier versions of the code have written, gives a schema. **Errors** the schema's.
 */
export function findOutput<Round extends RoundResult, Name extends Round['role']>(
  history: readonly Round[],
  role: Name,
): OutputIn<Round, Name> | undefined;
export function findOutput<Output>(
  history: readonly RoundResult[],
  role: string,
  schema: z.ZodType<Output>,
): Output | undefined;
export function findOutput(history: readonly RoundResult[], role: string, schema?: z.ZodType): unknown {
  const round = history.findLast((entry) => entry.role === role && entry.outcome === 'succeeded');
  return round && schema ? schema.parse(round.output) : round?.output;
}

type OutputIn<Round extends RoundResult, Name> = Round extends RoundResult
  ? [Name, 'succeeded'] extends [Round['role'], Round['outcome']]
    ? Round['output']
    : never
  : never;
