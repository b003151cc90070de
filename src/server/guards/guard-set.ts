import { LRUCache } from 'lru-cache';
import { isPulseError } from '#domain/errors.ts';
import type { GuardStates } from '#domain/guard.ts';
import type { GuardRegistry, RegisteredGuard } from '#domain/guard-change.ts';
import type { PrismaClient } from '../db/client.ts';
import { type CompiledGuard, compileGuard } from './compile.ts';
import { readState } from './evaluate.ts';
import { registryGuard, shippedGuards } from './shipped.ts';
import { makeUnusable } from './unusable.ts';

/** By version, so each is compiled once a process, however often it is switched. */
const compiled = new LRUCache<string, CompiledGuard>({ max: 500 });

/** The registry's state, from the states of the log's own key. */
export function readRegistry(states: GuardStates): GuardRegistry {
  return readState(registryGuard, states) as GuardRegistry;
}

/**
 * Finds the guards in force, in the order in which they are asked: those that are shipped, then those that were applied, as
 * they came in force.
 */
export async function findGuards(prisma: PrismaClient, { guards }: GuardRegistry): Promise<readonly CompiledGuard[]> {
  const enabled = Object.entries(guards).filter(([, { enabled }]) => enabled);
  if (enabled.length === 0) return shippedGuards;
  return [...shippedGuards, ...(await compileApplied(prisma, Object.fromEntries(enabled)))];
}

/**
 * Compiles guards that were applied, as they came in force.
 *
 * **Shape** one with a `problem` where a definition is missing, which may be because it is being written at this moment, or
 * is not allowed any more.
 */
export async function compileApplied(
  prisma: PrismaClient,
  guards: Record<string, RegisteredGuard>,
): Promise<CompiledGuard[]> {
  const ordered = Object.entries(guards).sort(([, left], [, right]) => left.activation - right.activation);
  const missing = ordered.map(([, { version }]) => version).filter((version) => !compiled.has(version));
  if (missing.length > 0) {
    const rows = await prisma.guard.findMany({ where: { version: { in: missing } } });
    for (const { version, definition } of rows) compiled.set(version, compileStored(definition));
  }
  return ordered.map(([name, { version, activation }]) => {
    const guard = compiled.get(version) ?? makeUnusable(name, undefined, 'its definition is missing from the database');
    // The version too: two processes may each take a change of theirs for the same one, until one of them is told.
    return guard.problem ? guard : { ...guard, stateName: `${name}@${activation}.${version.slice(0, 12)}` };
  });
}

/** What one version of Pulse allowed, a later one may refuse. */
function compileStored(definition: unknown): CompiledGuard {
  try {
    return compileGuard(definition);
  } catch (error) {
    if (!isPulseError(error, 'GUARD_INVALID')) throw error;
    return makeUnusable(String((definition as { name?: unknown } | null)?.name), definition, error.message);
  }
}
