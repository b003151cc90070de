import { isWaiting, type Workflow } from '#domain/workflow.ts';
import type { Stream } from './stream.ts';

/**
 * What an append changes about a workflow's turn: it begins and ends with the need of an adapter. `free`: whoever holds it
 * has lost it. `wake`: it is due now, unless somebody holds it.
 */
export type TurnChange = 'begin' | 'end' | 'free' | 'wake';

/** Finds what becomes of a workflow's turn when its stream moves on. **Shape** null when it stays as it is, as with most events. */
export function findTurnChange(before: Stream, after: Stream): TurnChange | null {
  const [earlier, workflow] = [before.workflow, after.workflow];
  if (!needsAdapter(workflow)) return needsAdapter(earlier) ? 'end' : null;
  if (!needsAdapter(earlier)) return 'begin';
  if (workflow.status !== earlier.status) return 'wake'; // Its role may still run; if its holder is dead, another looks.
  if (after.epoch !== before.epoch) return 'free';
  return isWaiting(earlier) && !isWaiting(workflow) ? 'wake' : null;
}

/** Whether a workflow is active, or nobody has recorded that its role is dead. */
function needsAdapter(workflow: Workflow | null): workflow is Workflow {
  return workflow !== null && (workflow.status === 'active' || workflow.role !== null);
}
