import { guardChange } from '#domain/guard-change.ts';
import type { PrismaClient } from '../db/client.ts';
import { retryConnection } from '../db/connection.ts';
import type { AppendRequest, Plan } from './plan.ts';
import type { Stream } from './stream.ts';

/** What the database remembers of a command: where its events or its refusal are. */
export interface CommandResult {
  id: string;
  key: string;
  first: number | null;
  last: number | null;
  refusal: number | null;
}

/** The answer of `pulse_append`: the head before the batch, and the keys for which nothing was written. */
export interface Committed {
  position: number;
  refusals: number;
  conflicts: string[];
  repeated: CommandResult[];
}

/** Some requests, the streams that they were decided from, and the decisions. */
export interface PlannedBatch {
  requests: readonly AppendRequest[];
  /** The last hash of the log's own key, as the guards in force were read from it. */
  guardsHash: string;
  before: ReadonlyMap<string, Stream>;
  plan: Plan;
}

/**
 * Writes a planned batch in one statement.
 *
 * **Errors** `UNAVAILABLE` when the database stays out of reach for ten seconds; until then a lost connection is retried
 * with the same batch id, which the database answers with the first result: never twice, never lost.
 */
export async function commitBatch(prisma: PrismaClient, id: string, planned: PlannedBatch): Promise<Committed> {
  const batch = JSON.stringify(toBatch(id, planned));
  return retryConnection(async () => {
    const rows = await prisma.$queryRaw<[{ result: Committed }]>`SELECT pulse_append(${batch}::jsonb) AS result`;
    return rows[0].result;
  });
}

function toBatch(id: string, { requests, guardsHash, before, plan }: PlannedBatch) {
  const events: unknown[] = [];
  const refusals: unknown[] = [];
  const commands: unknown[] = [];
  const definitions: unknown[] = [];
  plan.decisions.forEach((decision, index) => {
    const { key, commandId } = requests[index] as AppendRequest;
    if (decision.type === 'conflict') return;
    if (decision.type === 'accepted') {
      events.push(...decision.events);
      for (const { kind, payload } of decision.events) if (kind === guardChange.apply) definitions.push(payload);
    } else refusals.push({ ...decision.refusal, afterEvents: events.length });
    if (commandId === undefined) return;
    commands.push(
      decision.type === 'accepted'
        ? { id: commandId, key, first: decision.events[0]?.sequence, last: decision.events.at(-1)?.sequence }
        : { id: commandId, key, refusal: refusals.length - 1 },
    );
  });
  const streams = [...before].map(([key, { sequence, epoch, hash: priorHash }]) => {
    const next = plan.after.get(key) as Stream;
    const moved = next.sequence > sequence;
    const { guardStates, hash, workflow } = next;
    return {
      key,
      sequence,
      epoch,
      priorHash,
      nextSequence: next.sequence,
      nextEpoch: next.epoch,
      ...(moved && { guardStates, hash, workflow }),
    };
  });
  return { id, guardsHash, streams, events, refusals, commands, ...(definitions.length > 0 && { definitions }) };
}
