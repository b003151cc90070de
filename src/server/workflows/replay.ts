import { z } from 'zod';
import { Key, type PulseEvent } from '#domain/event.ts';
import type { GuardDecision } from '#domain/guard.ts';
import { logKey } from '#domain/guard-change.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { CompiledGuard } from '../guards/compile.ts';
import { readState } from '../guards/evaluate.ts';
import { versionOf } from '../guards/guard-changes.ts';
import { findGuards, readRegistry } from '../guards/guard-set.ts';
import { registryGuard } from '../guards/shipped.ts';
import { type Step, walkKey } from '../guards/walk-key.ts';
import { readEventRows } from '../log/read-rows.ts';
import type { Pulse } from '../pulse.ts';
import { workflowNotFound } from './get.ts';

export const ReplayWorkflow = z.strictObject({ key: Key, position: z.int().min(1) });

/** A moment of a key. */
export interface Replay {
  /** The key's last event at that position or before. */
  event: PulseEvent;
  /** The positions of the key's events right before and after it, null where there is none. */
  previous: number | null;
  next: number | null;
  /** The workflow as it was then; null for a key that had not begun. */
  workflow: Workflow | null;
  /** The guards that were in force, in the order in which they were asked, and what each made of the event. */
  guards: GuardDecision[];
}

/**
 * Replays a key up to a position: the workflow, and what the guards in force then knew before and after its last event.
 *
 * **Errors** `NOT_FOUND` when the key has no event at the position or before; `UNAVAILABLE` when its first ones are archived.
 */
export async function replayWorkflow(
  pulse: Pulse,
  { key, position }: z.output<typeof ReplayWorkflow>,
  signal?: AbortSignal,
): Promise<Replay> {
  const { prisma } = pulse;
  const guards = key === logKey ? [registryGuard] : await findGuardsAt(pulse, position, signal);
  const step = await walkKey(prisma, guards, { key, until: position, signal });
  if (!step) throw workflowNotFound(key);
  return {
    event: step.event,
    ...(await findNeighbours(pulse, step.event)),
    workflow: step.after.workflow,
    guards: guards.map((guard) => toDecision(guard, step)),
  };
}

/** The guards that were in force when an event got its position: an append is decided by those that are, or not at all. */
async function findGuardsAt({ prisma }: Pulse, position: number, signal: AbortSignal | undefined) {
  const change = await walkKey(prisma, [registryGuard], { key: logKey, until: position, signal });
  return findGuards(prisma, readRegistry(change?.after.states ?? {}));
}

function toDecision(guard: CompiledGuard, { before, event, after }: Step): GuardDecision {
  const { name, definition, problem } = guard;
  return {
    name,
    version: versionOf(definition),
    source: guard.pickSource(event.kind)?.definition ?? null,
    before: readState(guard, before.states),
    after: readState(guard, after.states),
    ...(problem && { problem }),
  };
}

async function findNeighbours({ prisma }: Pulse, { key, position }: PulseEvent) {
  const [before, behind] = await Promise.all([
    readEventRows(prisma, { after: 0, until: position - 1, key, limit: 1, direction: 'desc' }),
    readEventRows(prisma, { after: position, until: Number.MAX_SAFE_INTEGER, key, limit: 1 }),
  ]);
  const placeOf = ([row]: typeof before) => (row ? Number(row.position) : null);
  return { previous: placeOf(before), next: placeOf(behind) };
}
