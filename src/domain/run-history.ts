import { z } from 'zod';
import type { RoundResult } from './definition.ts';
import type { PulseEvent } from './event.ts';
import type { Json } from './json.ts';
import { control, splitKind } from './kind.ts';

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
};

const Count = z.number().int().positive().nullish().catch(null);
const Start = z.object({ input: z.unknown().optional(), maxRounds: Count, timeoutMs: Count });
const Round = z.object({ round: z.number().int().positive(), role: z.string() });
const Stopped = z.object({
  round: z.number().int(),
  how: z.string().catch('stopped'),
  reason: z.string().nullish().catch(null),
});
const Result = z.object({
  round: z.number().int(),
  outcome: z.enum(['succeeded', 'failed']).catch('succeeded'),
  output: z.unknown().optional(),
  error: z.string().nullish().catch(null),
});

/** Folds one event of the key into what is known of its run. An event that is in already, or says nothing of it, changes nothing else. */
export function foldRun(run: Run, event: PulseEvent): Run {
  if (event.sequence <= run.sequence) return run;
  const seen = { ...run, sequence: event.sequence, position: event.position };
  const { tail } = splitKind(event.kind);
  switch (tail) {
    case control.start: {
      const started = { ...seen, startedAt: event.occurredAt };
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
      return data ? { ...seen, round: data.round, open: data } : seen;
    }
    case control.stopped: {
      const { data } = Stopped.safeParse(event.payload);
      if (!run.open || data?.round !== run.open.round) return seen;
      return close(seen, { ...run.open, ...describeStop(data), output: null });
    }
    default: {
      const { data } = Result.safeParse(event.payload);
      if (!run.open || tail !== run.open.role || data?.round !== run.open.round) return seen;
      const { outcome, output, error } = data;
      return close(seen, { ...run.open, outcome, output: (output ?? null) as Json, error: error ?? null });
    }
  }
}

function describeStop({ how, reason }: z.output<typeof Stopped>): Pick<RoundResult, 'outcome' | 'error'> {
  if (reason === timedOut) return { outcome: timedOut, error: `its time was up, and it was stopped (${how})` };
  return { outcome: 'lost', error: how === 'lost' ? 'its adapter died or was cut off' : `it was stopped (${how})` };
}

function close(run: Run, result: RoundResult): Run {
  return { ...run, open: null, history: [...run.history, result] };
}
