import type { GuardStates } from '#domain/guard.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { PrismaClient } from '../db/client.ts';
import type { WorkflowModel } from '../db/generated/models.ts';
import { toWorkflow } from '../db/rows.ts';
import { zeroHash } from './hash.ts';

/** What an append is decided from: where the key stands and what its guards know of it. */
export interface Stream {
  sequence: number;
  epoch: number;
  guardStates: GuardStates;
  hash: string;
  workflow: Workflow | null;
}

export const emptyStream: Stream = { sequence: 0, epoch: 0, guardStates: {}, hash: zeroHash, workflow: null };

type StreamRow = { streamKey: string; sequence: number; epoch: number; guardStates: GuardStates; hash: string } & {
  [column in keyof WorkflowModel]: WorkflowModel[column] | null;
};

/**
 * Loads the streams of some keys; a key without events is missing from the answer.
 *
 * One statement, so that a stream and its workflow are of the same moment.
 */
export async function loadStreams(prisma: PrismaClient, keys: string[]): Promise<Map<string, Stream>> {
  const rows = await prisma.$queryRaw<StreamRow[]>`
    SELECT s.key AS "streamKey", s.sequence, s.lease_epoch AS epoch, s.guard_states AS "guardStates", s.hash,
           w.key, w.name, w.status, w.round, w.max_rounds AS "maxRounds", w.parent, w.role, w.started_at AS "startedAt",
           w.updated_at AS "updatedAt", w.ended_at AS "endedAt", w.started_by AS "startedBy", w.aborted_by AS "abortedBy",
           w.reason, w.outcome, w.resume_at AS "resumeAt", w.waiting_for AS "waitingFor", w.position, w.start_position AS "startPosition"
    FROM stream s LEFT JOIN workflow w ON w.key = s.key
    WHERE s.key = ANY (${keys})`;
  return new Map(
    rows.map(({ streamKey, sequence, epoch, guardStates, hash, ...workflow }) => [
      streamKey,
      {
        sequence,
        epoch,
        guardStates,
        hash,
        workflow: workflow.key === null ? null : toWorkflow(workflow as WorkflowModel),
      },
    ]),
  );
}
