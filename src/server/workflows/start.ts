import { hash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { CommandId, Key, Payload, type PulseEvent } from '#domain/event.ts';
import { control } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import type { Workflow } from '#domain/workflow.ts';
import { checkStart } from '../definitions.ts';
import type { Appended } from '../log/append.ts';
import type { Pulse } from '../pulse.ts';

export const StartWorkflow = z.strictObject({
  /** The definition's name. */
  name: z.string().min(1).max(limits.kindCharacters),
  /** Default: the name and a random suffix. */
  key: z.optional(Key),
  input: z.optional(Payload),
  maxRounds: z.number().int().min(1).max(limits.maxRounds).optional(),
  /** How long it may take. Default: the definition's. */
  timeoutMs: z.number().int().min(1).max(limits.timeoutMs).optional(),
  commandId: z.optional(CommandId),
});

/**
 * Starts a workflow by appending `<name>.__start__`.
 *
 * **Errors** `NOT_FOUND` for an unknown definition, `INVALID_INPUT` when its schema refuses the input, `GUARD_REJECTED`
 * when the key has begun already.
 */
export async function startWorkflow(
  pulse: Pulse,
  { name, key, input = {}, maxRounds, timeoutMs, commandId }: z.output<typeof StartWorkflow>,
  actor: Actor,
): Promise<{ workflow: Workflow; event: PulseEvent }> {
  const definition = checkStart(pulse, name, input);
  const allowedMs = timeoutMs ?? definition.timeoutMs;
  const payload = {
    input,
    maxRounds: maxRounds ?? definition.maxRounds,
    ...(allowedMs !== undefined && { timeoutMs: allowedMs }),
  };
  const appended = await pulse.append({
    key: key ?? `${name}-${makeSuffix(commandId)}`,
    events: [{ kind: `${name}.${control.start}`, payload }],
    actor,
    commandId,
  });
  return takeOne(appended);
}

/** A repeated command must name the same key. */
function makeSuffix(commandId: string | undefined): string {
  return hash('sha256', commandId ?? randomUUID()).slice(0, 12);
}

/** The only event of an append to a workflow, and the workflow. */
export function takeOne({ events, workflow }: Appended): { workflow: Workflow; event: PulseEvent } {
  return { workflow: workflow as Workflow, event: events[0] as PulseEvent };
}
