import { z } from 'zod';
import { PulseError } from '#domain/errors.ts';
import { Key } from '#domain/event.ts';
import type { Workflow } from '#domain/workflow.ts';
import { toWorkflow } from '../db/rows.ts';
import type { Pulse } from '../pulse.ts';

export const GetWorkflow = z.strictObject({ key: Key });

/**
 * Reads one workflow.
 *
 * **Errors** `NOT_FOUND` when no workflow has the key.
 */
export async function getWorkflow(pulse: Pulse, { key }: z.output<typeof GetWorkflow>): Promise<Workflow> {
  const row = await pulse.prisma.workflow.findUnique({ where: { key } });
  if (!row) throw workflowNotFound(key);
  return toWorkflow(row);
}

/**
 * Reads one workflow that is to be appended to: the append need not read it again.
 *
 * **Errors** `NOT_FOUND` when no workflow has the key.
 */
export async function getForAppend({ readForAppend }: Pulse, key: string): Promise<Workflow> {
  const workflow = await readForAppend(key);
  if (!workflow) throw workflowNotFound(key);
  return workflow;
}

/** The error for a key that no workflow has. */
export function workflowNotFound(key: string): PulseError<'NOT_FOUND'> {
  return new PulseError('NOT_FOUND', `There is no workflow '${key}'`, { what: 'workflow', id: key });
}
