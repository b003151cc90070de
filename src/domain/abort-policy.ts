import type { GuardDefinition } from './guard.ts';
import type { Json } from './json.ts';

/** So many characters a reason has at least, where one is needed. Apply a guard of the same name for another number. */
const leastCharacters = 10;
/**
 * What Pulse does by itself asks nobody: what an adapter aborts, and the children of what was aborted, whose abort names
 * its cause. Nobody else can write that.
 */
const isPulseItself =
  "event.actor.type = 'adapter' or event.actor.type = 'system'" +
  " or ($type(event.payload) = 'object' and $exists(event.payload.cause))";

/** An abort has a reason of some length. */
export const abortNeedsReason = {
  name: 'abort-needs-reason',
  initial_value: null,
  sources: [
    {
      kind: '*.__abort__',
      check:
        `${isPulseItself} or ($type(event.payload) = 'object' and $type(event.payload.reason) = 'string'` +
        ` and $length(event.payload.reason) >= ${leastCharacters})`,
      transition: 'state',
    },
  ],
} satisfies GuardDefinition;

/** One asks for the abort, and another aborts. The state says who has asked first. */
export const abortNeedsTwo = {
  name: 'abort-needs-two',
  initial_value: { requestedBy: null },
  sources: [
    {
      kind: '*.__abort_request__',
      check: 'true',
      transition: "state.requestedBy = null ? {'requestedBy': event.actor.id} : state",
    },
    {
      kind: '*.__abort__',
      check: `${isPulseItself} or (state.requestedBy != null and state.requestedBy != event.actor.id)`,
      transition: 'state',
    },
  ],
} satisfies GuardDefinition;

/** The guards that Pulse ships switched off. To switch one on is to apply it; another of the same name takes its place. */
export const optionalGuards: readonly GuardDefinition[] = [abortNeedsReason, abortNeedsTwo];

/** How many characters a guard asks of a reason. **Shape** null for a guard that asks in another way. */
export function readLeastCharacters({ sources }: Pick<GuardDefinition, 'sources'>): number | null {
  const abort = sources.find(({ kind }) => kind === '*.__abort__');
  const number = /\$length\(event\.payload\.reason\) >= (\d+)/.exec(abort?.check ?? '')?.[1];
  return number === undefined ? null : Number(number);
}

/** Who has asked for the abort of a key, from the state of `abort-needs-two`. */
export function readRequestedBy(state: Json): string | null {
  if (state === null || typeof state !== 'object' || Array.isArray(state)) return null;
  return typeof state.requestedBy === 'string' ? state.requestedBy : null;
}
