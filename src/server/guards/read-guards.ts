import { z } from 'zod';
import { PulseError } from '#domain/errors.ts';
import { Key } from '#domain/event.ts';
import type { GuardDefinition, GuardStates } from '#domain/guard.ts';
import type { Json } from '#domain/json.ts';
import type { Pulse } from '../pulse.ts';
import type { CompiledGuard } from './compile.ts';

export const GetGuard = z.strictObject({ name: z.string().max(100) });
export const GetGuardState = GetGuard.extend({ key: Key });

/** Lists the definitions of all guards, in the order in which they are asked. */
export function listGuards(pulse: Pulse): GuardDefinition[] {
  return pulse.guards.map(({ definition }) => definition);
}

/**
 * Reads a guard's definition.
 *
 * **Errors** `NOT_FOUND`
 */
export function getGuard(pulse: Pulse, { name }: z.output<typeof GetGuard>): GuardDefinition {
  return findGuard(pulse, name).definition;
}

/**
 * Reads what a guard knows of a key.
 *
 * **Shape** `position` is that of the key's last event; 0 with the initial value for a key without events.
 * **Errors** `NOT_FOUND` when there is no such guard.
 */
export async function getGuardState(
  pulse: Pulse,
  { name, key }: z.output<typeof GetGuardState>,
): Promise<{ state: Json; position: number }> {
  const { definition } = findGuard(pulse, name);
  const rows = await pulse.prisma.$queryRaw<{ guardStates: GuardStates; position: bigint }[]>`
    SELECT s.guard_states AS "guardStates", (SELECT max(e.position) FROM event e WHERE e.key = s.key) AS position
    FROM stream s WHERE s.key = ${key}`;
  const states = rows[0]?.guardStates;
  return {
    state: states && Object.hasOwn(states, name) ? (states[name] as Json) : definition.initial_value,
    position: Number(rows[0]?.position ?? 0),
  };
}

function findGuard(pulse: Pulse, name: string): CompiledGuard {
  const guard = pulse.guards.find((candidate) => candidate.definition.name === name);
  if (guard) return guard;
  const known = pulse.guards.map(({ definition }) => definition.name).join(', ');
  throw new PulseError('NOT_FOUND', `There is no guard '${name}'; there are: ${known}`, { what: 'guard', id: name });
}
