import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';

/** How a worker names itself. Two that run at the same time for one account should not share a name. */
export const WorkerName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.:@/-]+$/, 'must be letters, digits and _ . : @ / -');

/** For how long a worker keeps its round without a sign of life, in milliseconds. */
export const LeaseMs = z.int().min(1_000).max(600_000).default(10_000);

/** Counts as PostgreSQL holds them. */
export const Count = z
  .int()
  .positive()
  .max(2 ** 31 - 1);

/** For how long a workflow is left alone when a guard refused what a worker's round brought: nothing tells when it would not. */
export const refusedPauseMs = 300_000;

/** Makes a worker's actor. It belongs to the account that its requests are from, so nobody can speak for another's worker. */
export function toWorker(account: Actor, name: string): Actor {
  return { type: 'adapter', id: `${account.id}/${name}`, name, via: 'api' };
}
