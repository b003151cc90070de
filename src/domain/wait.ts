import * as z from 'zod/mini';
import type { PulseEvent } from './event.ts';
import type { Json } from './json.ts';
import { isControl, Kind } from './kind.ts';

/** A time as it stands in events: ISO 8601, UTC. What is longer ago than the epoch is none. */
const Moment = z.pipe(
  z.iso.datetime().check(z.refine((text) => Date.parse(text) >= 0, 'must be a time since 1970')),
  z.transform((text: string) => new Date(text).toISOString()),
);

/**
 * What `__wait__` tells: the workflow rests until an event of `kind` arrives for its key, or until `resumeAt`, whichever is
 * first. It costs nothing meanwhile: no adapter holds it.
 */
export const Wait = z
  .object({
    kind: z.nullable(Kind.check(z.refine((kind) => !isControl(kind), 'must not be a control kind'))),
    resumeAt: z.nullable(Moment),
    /**
     * `delay`: between two rounds. `event`: as the moderator asked. `retry`: before a round is tried again. `worker`: for one
     * that runs a remote role, whose round brings the event.
     */
    reason: z.enum(['delay', 'event', 'retry', 'worker']),
    /** How long the worker's round may take. */
    timeoutMs: z.optional(z.int().check(z.positive())),
  })
  .check(z.refine(({ kind, resumeAt }) => kind !== null || resumeAt !== null, 'must name a kind, a time, or both'));
export type Wait = z.infer<typeof Wait>;

/** Reads what an event of a log tells of a wait; null where that is none. */
export function readWait(payload: Json): Wait | null {
  return Wait.safeParse(payload).data ?? null;
}

/** Whether an event is what a wait is for. One that came after the wait's time is not, however late an adapter looks. */
export function endsWait(
  { kind, resumeAt }: Pick<Wait, 'kind' | 'resumeAt'>,
  event: Pick<PulseEvent, 'kind' | 'occurredAt'>,
): boolean {
  return event.kind === kind && (resumeAt === null || event.occurredAt <= resumeAt);
}

/**
 * The wait after which a workflow must be looked at again: whatever has to happen at a time later on is asked like this.
 *
 * **Shape** null once the moment has come. **Units** milliseconds since 1970; `nowMs` by the database's clock.
 */
export function waitUntil(atMs: number, nowMs: number, reason: Wait['reason']): Wait | null {
  return atMs <= nowMs ? null : { kind: null, resumeAt: new Date(Math.ceil(atMs)).toISOString(), reason };
}
