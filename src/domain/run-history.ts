import * as z from 'zod/mini';
import type { PulseEvent } from './event.ts';
import type { Json } from './json.ts';
import { control, isControl, splitKind } from './kind.ts';
import type { OutsideEvent, RoundResult, WaitResult } from './moderator.ts';
import { endsWait, readWait, type Wait } from './wait.ts';

/** The outcome of what took too long, and what `__stopped__` gives as its reason. */
export const timedOut = 'timed-out';

/** What the log tells of one workflow to whoever runs it: all that a tick is decided from. */
export interface Run {
  /** Sequence and position of the last event that went in; 0 before the first. */
  sequence: number;
  position: number;
  input: Json;
  /** From the start of the workflow, or null when it left that to the definition. */
  maxRounds: number | null;
  /** When it started, by the clock of the server that wrote that. */
  startedAt: string | null;
  /** How long it may take, from its start, or null when it left that to the definition. */
  timeoutMs: number | null;
  /** The number of the latest round, 0 before the first. */
  round: number;
  /** The round that has begun and not ended, or null. */
  open: { round: number; role: string } | null;
  history: readonly RoundResult[];
  /** What has come from outside. */
  events: readonly OutsideEvent[];
  /** The waits of the moderator that are over since the last round. */
  waits: readonly WaitResult[];
  /** The wait that has begun and that nothing has ended yet but perhaps its time, or null. */
  wait: Wait | null;
  /** Since when the moderator can be asked: the end of what was before, in milliseconds since 1970. */
  readyAtMs: number;
}

export const emptyRun: Run = {
  sequence: 0,
  position: 0,
  input: null,
  maxRounds: null,
  startedAt: null,
  timeoutMs: null,
  round: 0,
  open: null,
  history: [],
  events: [],
  waits: [],
  wait: null,
  readyAtMs: 0,
};

const Count = z.catch(z.nullish(z.int().check(z.positive())), null);
const Start = z.object({ input: z.optional(z.unknown()), maxRounds: Count, timeoutMs: Count });
const Round = z.object({ round: z.int().check(z.positive()), role: z.string() });
const Stopped = z.object({
  round: z.int(),
  how: z.catch(z.string(), 'stopped'),
  reason: z.catch(z.nullish(z.string()), null),
});
const Result = z.object({
  round: z.int(),
  outcome: z.catch(z.enum(['succeeded', 'failed']), 'succeeded'),
  output: z.optional(z.unknown()),
  error: z.catch(z.nullish(z.string()), null),
});

/** Folds one event of the key into what is known of its run. An event that is in already, or says nothing of it, changes nothing else. */
export function foldRun(run: Run, event: PulseEvent): Run {
  if (event.sequence <= run.sequence) return run;
  const seen = { ...run, sequence: event.sequence, position: event.position };
  const { tail } = splitKind(event.kind);
  switch (tail) {
    case control.start: {
      const started = { ...seen, startedAt: event.occurredAt, readyAtMs: Date.parse(event.occurredAt) };
      const { data } = Start.safeParse(event.payload);
      if (!data) return started;
      const { input, maxRounds, timeoutMs } = data;
      return {
        ...started,
        input: (input ?? null) as Json,
        maxRounds: maxRounds ?? null,
        timeoutMs: timeoutMs ?? null,
      };
    }
    case control.round: {
      const { data } = Round.safeParse(event.payload);
      return data ? { ...seen, round: data.round, open: data, wait: null, waits: [] } : seen;
    }
    case control.wait: {
      const wait = readWait(event.payload);
      return JSON.stringify(wait) === JSON.stringify(run.wait) ? seen : { ...endWait(seen, null), wait };
    }
    case control.stopped: {
      const { data } = Stopped.safeParse(event.payload);
      if (!run.open || data?.round !== run.open.round) return seen;
      return closeRound(seen, { ...describeStop(data), output: null }, Date.parse(event.occurredAt));
    }
    default: {
      const { data } = Result.safeParse(event.payload);
      if (!run.open || tail !== run.open.role || data?.round !== run.open.round) return receive(seen, event);
      const { outcome, output, error } = data;
      const result = { outcome, output: (output ?? null) as Json, error: error ?? null };
      return closeRound(seen, result, Date.parse(event.occurredAt));
    }
  }
}

function describeStop({ how, reason }: z.output<typeof Stopped>): Pick<RoundResult, 'outcome' | 'error'> {
  if (reason === timedOut) return { outcome: timedOut, error: `its time was up, and it was stopped (${how})` };
  return { outcome: 'lost', error: how === 'lost' ? 'its adapter died or was cut off' : `it was stopped (${how})` };
}

/** Ends the open wait, by an event or since its time is over. */
export function endWait(run: Run, event: OutsideEvent | null): Run {
  if (!run.wait) return run;
  const { kind, resumeAt, reason } = run.wait;
  if (reason !== 'event' || kind === null) return { ...run, wait: null };
  const readyAtMs = Date.parse(event?.occurredAt ?? resumeAt ?? '') || run.readyAtMs;
  return { ...run, wait: null, waits: [...run.waits, { kind, event }], readyAtMs };
}

/** Ends the open round at a time in milliseconds since 1970. */
export function closeRound(
  run: Run,
  { outcome, output, error }: Omit<RoundResult, 'round' | 'role'>,
  atMs: number,
): Run {
  if (!run.open) return run;
  return { ...run, open: null, history: [...run.history, { ...run.open, outcome, output, error }], readyAtMs: atMs };
}

function receive(run: Run, event: PulseEvent): Run {
  if (isControl(event.kind)) return run;
  const { kind, payload, actor, occurredAt } = event;
  const received = { kind, payload, actor, occurredAt };
  const known = { ...run, events: [...run.events, received] };
  return run.wait && endsWait(run.wait, event) ? endWait(known, received) : known;
}
