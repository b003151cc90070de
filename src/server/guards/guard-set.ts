import { LRUCache } from 'lru-cache';
import type { GuardStates } from '#domain/guard.ts';
import type { GuardRegistry, RegisteredGuard } from '#domain/guard-change.ts';
import type { PrismaClient } from '../db/client.ts';
import { type CompiledGuard, compileGuard } from './compile.ts';
import { readState } from './evaluate.ts';
import { registryGuard, shippedGuards } from './shipped.ts';

/** By version, so each is compiled once a process, however often it is switched. */
const compiled = new LRUCache<string, CompiledGuard>({ max: 500 });

/** The registry's state, from the states of the log's own key. */
export function readRegistry(states: GuardStates): GuardRegistry {
  return readState(registryGuard, states) as GuardRegistry;
}

/**
 * Finds the guards in force, in the order in which they are asked: those that are shipped, then those that were applied, as
 * they came in force.
 *
 * **Shape** undefined when the database lacks a definition, because it is being written at this moment.
 */
export async function findGuards(
  prisma: PrismaClient,
  registry: GuardRegistry,
): Promise<readonly CompiledGuard[] | undefined> {
  const enabled = Object.entries(registry.guards).filter(([, { enabled }]) => enabled);
  if (enabled.length === 0) return shippedGuards;
  const applied = await compileApplied(prisma, Object.fromEntries(enabled));
  return applied.length < enabled.length ? undefined : [...shippedGuards, ...applied];
}

/** Compiles guards that were applied, as they came in force. One whose definition the database lacks is left out. */
export async function compileApplied(
  prisma: PrismaClient,
  guards: Record<string, RegisteredGuard>,
): Promise<CompiledGuard[]> {
  const ordered = Object.entries(guards).sort(([, left], [, right]) => left.activation - right.activation);
  const missing = ordered.map(([, { version }]) => version).filter((version) => !compiled.has(version));
  if (missing.length > 0) {
    const rows = await prisma.guard.findMany({ where: { version: { in: missing } } });
    for (const { version, definition } of rows) compiled.set(version, compileGuard(definition));
  }
  return ordered.flatMap(([name, { version, activation }]) => {
    const guard = compiled.get(version);
    return guard ? [{ ...guard, stateName: `${name}@${activation}` }] : [];
  });
}
