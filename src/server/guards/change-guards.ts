import { z } from 'zod';
import { optionalGuards } from '#domain/abort-policy.ts';
import type { Actor } from '#domain/actor.ts';
import { CommandId } from '#domain/event.ts';
import type { GuardInfo } from '#domain/guard.ts';
import { guardChange, logKey, SwitchedGuard } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import type { Pulse } from '../pulse.ts';
import { countRefusals } from './count-refusals.ts';
import { compileForeign, refuseShipped, versionOf } from './guard-changes.ts';
import { getGuard, getRegistry } from './read-guards.ts';

export const ApplyGuard = z.strictObject({
  /** A GuardProjection, judged whole so that every place that is wrong can be named. */
  definition: z.unknown(),
  /** Only tell what it would have refused. */
  dryRun: z.boolean().optional(),
  commandId: z.optional(CommandId),
});
export const SwitchGuard = z.strictObject({ ...SwitchedGuard.shape, commandId: z.optional(CommandId) });

/**
 * Puts a guard in force, in the place of one of the same name. What is in force already is left as it is.
 *
 * **Shape** `wouldHaveRefused` counts the events of the log that it would have refused if it had been there from the start;
 * they stay. It is counted before the guard comes in force; with a `signal` that is aborted meanwhile, nothing is changed.
 * **Errors** `GUARD_INVALID`; `INVALID_INPUT` for the name of a shipped guard; `GUARD_REJECTED` when 64 others were applied.
 */
export async function applyGuard(
  pulse: Pulse,
  { definition, dryRun = false, commandId }: z.output<typeof ApplyGuard>,
  actor: Actor,
  signal?: AbortSignal,
): Promise<{ name: string; version: string; wouldHaveRefused: number }> {
  const guard = compileForeign(definition);
  const { name } = guard;
  const version = versionOf(guard.definition);
  const wouldHaveRefused = await countRefusals(pulse.prisma, guard, signal);
  const current = (await getRegistry(pulse)).guards[name];
  if (!dryRun && !(current?.enabled && current.version === version)) {
    const payload = { version, definition: guard.definition as unknown as Json };
    await pulse.append({ key: logKey, events: [{ kind: guardChange.apply, payload }], actor, commandId });
  }
  return { name, version, wouldHaveRefused };
}

/**
 * Switches a guard off: from now on it is not asked.
 *
 * **Errors** `NOT_FOUND`; `INVALID_INPUT` for a shipped guard; `GUARD_REJECTED` when it is off already.
 */
export function disableGuard(pulse: Pulse, input: z.output<typeof SwitchGuard>, actor: Actor): Promise<GuardInfo> {
  return switchGuard(pulse, guardChange.disable, input, actor);
}

/**
 * Switches a guard on again, or one that Pulse ships switched off. It knows what has happened meanwhile as if it had never
 * been off.
 *
 * **Errors** `NOT_FOUND`; `INVALID_INPUT` for a shipped guard; `GUARD_REJECTED` when it is on already.
 */
export async function enableGuard(pulse: Pulse, input: z.output<typeof SwitchGuard>, actor: Actor): Promise<GuardInfo> {
  const definition = optionalGuards.find(({ name }) => name === input.name);
  const isKnown = Object.hasOwn((await getRegistry(pulse)).guards, input.name);
  if (!definition || isKnown) return switchGuard(pulse, guardChange.enable, input, actor);
  await applyGuard(pulse, { definition, commandId: input.commandId }, actor);
  return getGuard(pulse, input);
}

async function switchGuard(
  pulse: Pulse,
  kind: string,
  { name, commandId }: z.output<typeof SwitchGuard>,
  actor: Actor,
): Promise<GuardInfo> {
  refuseShipped(name, 'name');
  await getGuard(pulse, { name });
  await pulse.append({ key: logKey, events: [{ kind, payload: { name } }], actor, commandId });
  return getGuard(pulse, { name });
}
