import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { CommandId, Key, type PulseEvent, Reason } from '#domain/event.ts';
import { control } from '#domain/kind.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { Pulse } from '../pulse.ts';
import { getWorkflow } from './get.ts';
import { takeOne } from './start.ts';

export const AbortWorkflow = z.strictObject({ key: Key, reason: Reason.optional(), commandId: CommandId.optional() });

/**
 * Aborts a workflow by appending `<name>.__abort__`. The adapter that runs it sees the event and stops the role.
 *
 * **Errors** `NOT_FOUND` when no workflow has the key; `GUARD_REJECTED` when it was aborted or ended before, and the
 * attempt stays on its trail.
 */
export async function abortWorkflow(
  pulse: Pulse,
  { key, reason, commandId }: z.output<typeof AbortWorkflow>,
  actor: Actor,
): Promise<{ workflow: Workflow; event: PulseEvent }> {
  const { name } = await getWorkflow(pulse, { key });
  const payload = { reason: reason || null };
  return takeOne(
    await pulse.append({ key, events: [{ kind: `${name}.${control.abort}`, payload }], actor, commandId }),
  );
}
