import type { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import type { PulseEvent } from '#domain/event.ts';
import { control } from '#domain/kind.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { Pulse } from '../pulse.ts';
import { AbortWorkflow } from './abort.ts';
import { getForAppend } from './get.ts';
import { takeOne } from './start.ts';

export const RequestAbort = AbortWorkflow.omit({ cascade: true });

/**
 * Asks for the abort of a workflow by appending `<name>.__abort_request__`. It stops nothing: where the guard
 * `abort-needs-two` is on, someone else can then abort it.
 *
 * **Errors** `NOT_FOUND` when no workflow has the key; `GUARD_REJECTED` when it is over.
 */
export async function requestAbort(
  pulse: Pulse,
  { key, reason, commandId }: z.output<typeof RequestAbort>,
  actor: Actor,
): Promise<{ workflow: Workflow; event: PulseEvent }> {
  const { name } = await getForAppend(pulse, key);
  const events = [{ kind: `${name}.${control.abortRequest}`, payload: { reason: reason || null } }];
  return takeOne(await pulse.append({ key, events, actor, commandId }));
}
