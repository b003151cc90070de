import type { Actor } from '#domain/actor.ts';
import type { PulseEvent, Refusal } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import type { Status, Workflow } from '#domain/workflow.ts';
import type {
  EventModel as EventRow,
  RefusalModel as RefusalRow,
  WorkflowModel as WorkflowRow,
} from './generated/models.ts';

/** Rows as the domain knows them. Positions are numbers: a log has fewer than 2^53 events. */
export function toEvent(row: EventRow): PulseEvent {
  return {
    position: Number(row.position),
    key: row.key,
    sequence: row.sequence,
    kind: row.kind,
    payload: row.payload as Json,
    actor: row.actor as Actor,
    occurredAt: row.occurredAt.toISOString(),
    hash: row.hash,
  };
}

export function toRefusal(row: RefusalRow): Refusal {
  return {
    id: Number(row.id),
    key: row.key,
    kind: row.kind,
    payload: row.payload as Json,
    actor: row.actor as Actor,
    guard: row.guard,
    check: row.check,
    state: row.state as Json,
    occurredAt: row.occurredAt.toISOString(),
    afterPosition: Number(row.afterPosition),
  };
}

export function toWorkflow(row: WorkflowRow): Workflow {
  return {
    key: row.key,
    name: row.name,
    status: row.status as Status,
    round: row.round,
    maxRounds: row.maxRounds,
    parent: row.parent,
    role: row.role,
    startedAt: row.startedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    startedBy: row.startedBy as Actor,
    abortedBy: row.abortedBy as Actor | null,
    reason: row.reason,
    outcome: row.outcome,
    resumeAt: row.resumeAt?.toISOString() ?? null,
    waitingFor: row.waitingFor,
    position: Number(row.position),
  };
}
