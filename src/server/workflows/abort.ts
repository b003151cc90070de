import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { isPulseError } from '#domain/errors.ts';
import { CommandId, Key, type PulseEvent, Reason } from '#domain/event.ts';
import { control } from '#domain/kind.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { Pulse } from '../pulse.ts';
import { toUnavailable } from '../unavailable.ts';
import { abortChildren } from './abort-children.ts';
import { getForAppend } from './get.ts';
import { takeOne } from './start.ts';

export const AbortWorkflow = z.strictObject({
  key: Key,
  reason: z.optional(Reason),
  /** Whether its living children are aborted too. */
  cascade: z.boolean().default(true),
  commandId: z.optional(CommandId),
});

/**
 * Aborts a workflow by appending `<name>.__abort__`. The adapter that runs it sees the event and stops the role. Then its
 * children are aborted, and theirs.
 *
 * **Shape** `children` is how many of them were aborted with it. Should the database be out of reach before all are, adapters do the rest.
 * **Errors** `NOT_FOUND` when no workflow has the key; `GUARD_REJECTED` when it was aborted or ended before, and the
 * attempt stays on its trail.
 */
export async function abortWorkflow(
  pulse: Pulse,
  command: z.input<typeof AbortWorkflow>,
  actor: Actor,
): Promise<{ workflow: Workflow; event: PulseEvent; children: number }> {
  const aborted = await appendAbort(pulse, command, actor);
  const cause = { key: command.key, position: aborted.event.position, reason: command.reason || null };
  const children = command.cascade === false ? 0 : await abortChildren(pulse, cause, actor).catch(leaveToAdapters(0));
  return { ...aborted, children };
}

/** Aborts a workflow by itself, and says on its event whether its children are to follow. **Errors** as of {@link abortWorkflow} */
export async function appendAbort(
  pulse: Pulse,
  { key, reason, cascade, commandId }: z.input<typeof AbortWorkflow>,
  actor: Actor,
): Promise<{ workflow: Workflow; event: PulseEvent }> {
  const { name } = await getForAppend(pulse, key);
  const payload = { reason: reason || null, ...(cascade === false && { cascade }) };
  return takeOne(
    await pulse.append({ key, events: [{ kind: `${name}.${control.abort}`, payload }], actor, commandId }),
  );
}

/** Children that can't be aborted now are aborted by adapters, once the database can be reached; until then, `none` is the answer. */
export function leaveToAdapters<T>(none: T): (cause: unknown) => T {
  return (cause) => {
    const error = toUnavailable(cause);
    if (!isPulseError(error, 'UNAVAILABLE')) throw error;
    return none;
  };
}
