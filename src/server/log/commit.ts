import { setTimeout as sleep } from 'node:timers/promises';
import { PulseError } from '#domain/errors.ts';
import type { PrismaClient } from '../db/client.ts';
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

const retryForMs = 10_000;

/**
 * Writes a planned batch in one statement.
 *
 * **Errors** `UNAVAILABLE` when the database stays out of reach for ten seconds; until then a lost connection is retried
 * with the same batch id, which the database answers with the first result: never twice, never lost.
 */
export async function commitBatch(
  prisma: PrismaClient,
  id: string,
  requests: readonly AppendRequest[],
  before: ReadonlyMap<string, Stream>,
  plan: Plan,
): Promise<Committed> {
  const batch = JSON.stringify(toBatch(id, requests, before, plan));
  const giveUpAt = Date.now() + retryForMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    try {
      const rows = await prisma.$queryRaw<[{ result: Committed }]>`SELECT pulse_append(${batch}::jsonb) AS result`;
      return rows[0].result;
    } catch (error) {
      if (!isConnectionProblem(error) || Date.now() > giveUpAt) throw unavailable(error);
      await sleep(pauseMs);
    }
  }
}

function toBatch(id: string, requests: readonly AppendRequest[], before: ReadonlyMap<string, Stream>, plan: Plan) {
  const events: unknown[] = [];
  const refusals: unknown[] = [];
  const commands: unknown[] = [];
  plan.decisions.forEach((decision, index) => {
    const { key, commandId } = requests[index] as AppendRequest;
    if (decision.type === 'conflict') return;
    if (decision.type === 'accepted') events.push(...decision.events);
    else refusals.push({ ...decision.refusal, afterEvents: events.length });
    if (commandId === undefined) return;
    commands.push(
      decision.type === 'accepted'
        ? { id: commandId, key, first: decision.events[0]?.sequence, last: decision.events.at(-1)?.sequence }
        : { id: commandId, key, refusal: refusals.length - 1 },
    );
  });
  const streams = [...before].map(([key, { sequence, epoch }]) => {
    const next = plan.after.get(key) as Stream;
    const moved = next.sequence > sequence;
    const { guardStates, hash, workflow } = next;
    return {
      key,
      sequence,
      epoch,
      nextSequence: next.sequence,
      nextEpoch: next.epoch,
      ...(moved && { guardStates, hash, workflow }),
    };
  });
  return { id, streams, events, refusals, commands };
}

const connectionProblems =
  /P1001|P1002|P1008|P1017|P2024|ECONNRE|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|57P0[1235]|08[0-9A-Z]{3}|25P04|53300|Connection terminated|timeout exceeded when trying to connect|Server has closed|DatabaseNotReachable|ConnectionClosed|SocketTimeout/;

/** Whether a database error says that the server or the connection is gone, rather than that the statement is wrong. */
export function isConnectionProblem(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Object; cause = (cause as { cause?: unknown }).cause) {
    const { code, message, meta } = cause as { code?: unknown; message?: unknown; meta?: unknown };
    if (connectionProblems.test(`${String(code)} ${String(message)} ${meta ? JSON.stringify(meta) : ''}`)) return true;
  }
  return false;
}

/** Turns a database error into `UNAVAILABLE` where the database is out of reach; any other error stays what it is. */
export function unavailable(error: unknown): unknown {
  if (!isConnectionProblem(error)) return error;
  const reason = 'the database does not answer';
  const message = `${reason}; what was asked may or may not have been stored: try again with the same commandId`;
  return new PulseError('UNAVAILABLE', message, { reason }, { cause: error });
}
