import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { type ErrorDetails, invalidInput, isPulseError, PulseError } from '#domain/errors.ts';
import { CommandId, Key, Payload, type PulseEvent, Reason } from '#domain/event.ts';
import { describeIssue } from '#domain/issue.ts';
import { isJsonObject } from '#domain/json.ts';
import { control, Kind, splitKind } from '#domain/kind.ts';
import { Wait } from '#domain/wait.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { PrismaClient } from '../db/client.ts';
import { toUnavailable } from '../db/connection.ts';
import { toEvent, toRefusal } from '../db/rows.ts';
import { checkGuardChanges } from '../guards/guard-changes.ts';
import { createHistory } from '../guards/history.ts';
import { parseInput } from '../parse-input.ts';
import {
  type CommandResult,
  type Committed,
  commitBatch,
  type PlannedBatch,
  type Statement,
  toStatement,
} from './commit.ts';
import { type AppendRequest, type Decision, planBatch, refusalError } from './plan.ts';
import { prepareBatch } from './prepare.ts';
import { createQueue, type Waiting } from './queue.ts';
import { loadStreams } from './stream.ts';
import { createStreamCache } from './stream-cache.ts';

export type { AppendRequest } from './plan.ts';

/** What an accepted request gives: its events as stored, and the key's workflow after them. */
export interface Appended {
  events: PulseEvent[];
  workflow: Workflow | null;
}

export type Append = (request: AppendRequest) => Promise<Appended>;

/** The one way into the log. */
export interface Appender {
  append: Append;
  /** Reads a key's workflow as it is now. An append to the key right after it need not read where the key stands. */
  readForAppend(key: string): Promise<Workflow | null>;
}

type Entry = Waiting<Appended>;

/** A planned batch and the statement that writes it, ready before its turn: the database must not wait for it. */
type WrittenOut = Pick<PlannedBatch, 'requests' | 'plan'> & { statement: Statement };

/** A batch that the database was asked to write. */
interface Sent {
  /** Resolves, never rejects, once the database has answered and what it did not write is forgotten. */
  answered: Promise<void>;
  isAnswered: boolean;
  /** Gives the callers their answers. */
  tell(): void;
}

const maxAttempts = 100;

/** An abort's reason and what a wait is for are copied into the read model, whoever appends them. */
const CheckedEvent = z.object({ kind: Kind, payload: Payload }).superRefine(({ kind, payload }, context) => {
  const { tail } = splitKind(kind);
  const check = (schema: z.core.$ZodType, value: unknown, ...path: string[]) => {
    for (const issue of z.safeParse(schema, value).error?.issues.slice(0, 1) ?? [])
      context.addIssue({ code: 'custom', message: describeIssue(issue), path: ['payload', ...path, ...issue.path] });
  };
  if (tail === control.wait) check(Wait, payload);
  if (tail === control.abort && isJsonObject(payload) && typeof payload.reason === 'string')
    check(Reason, payload.reason, 'reason');
});

const CheckedRequest = z.object({
  key: Key,
  events: z.array(CheckedEvent).min(1),
  commandId: z.optional(CommandId),
});

/**
 * Makes the one way into the log.
 *
 * One queue and one batch in flight, without an artificial delay: while a batch is being written the next one gathers.
 * Requests that hold an `__abort__` go first.
 *
 * **Errors** of an append: `GUARD_REJECTED` (the refusal is stored), `SEQUENCE_CONFLICT`, `INVALID_INPUT` (nothing is
 * stored), `UNAVAILABLE` (it may or may not be stored; repeat the `commandId`).
 * **Source** `docs/adr/0002-append.md`
 */
export function createAppend({
  prisma,
  pool,
  now = () => new Date(),
  onCommit = () => {},
}: {
  prisma: PrismaClient;
  /** The connections that Prisma is on too. */
  pool: pg.Pool;
  now?: () => Date;
  /** Told after every commit how far the log goes, `<position> <refusals>`: this process's tail need not wait for a notification. */
  onCommit?: (head: string) => void;
}): Appender {
  const queue = createQueue<Appended>();
  const streams = createStreamCache(prisma);
  const readHistory = createHistory(prisma);
  let writing = false;
  let arrived = () => {};

  return { append, readForAppend };

  async function append(request: AppendRequest): Promise<Appended> {
    parseInput(CheckedRequest, request);
    checkGuardChanges(request);
    queue.checkRoom();
    const characters = request.events.reduce((sum, { payload }) => sum + JSON.stringify(payload).length, 0);
    return new Promise<Appended>((resolve, reject) => {
      enqueue({ request, characters, attempts: 0, resolve, reject });
    });
  }

  async function readForAppend(key: string): Promise<Workflow | null> {
    return (await streams.read(key)).workflow;
  }

  function enqueue(entry: Entry): void {
    queue.push(entry);
    arrived();
    if (!writing) void writeAll();
  }

  /** Tries again what another process was faster with. */
  function retry(entry: Entry): void {
    entry.attempts += 1;
    if (entry.attempts >= maxAttempts) entry.reject(conflictError(entry.request.key));
    else enqueue(entry);
  }

  /**
   * Plans the next batch while the one before is being written; the compare-and-set finds what that made stale. Callers are
   * told when the next batch is on its way: the database should not wait for what they do then.
   */
  async function writeAll(): Promise<void> {
    writing = true;
    let sent: Sent | undefined;
    for (;;) {
      await nextTurn(); // Callers of the same moment share the batch.
      const batch = queue.take();
      if (batch.length > 0) {
        const planned = await plan(batch, sent?.answered);
        await sent?.answered;
        const before = sent;
        sent = planned && send(batch, planned);
        await nextTurn();
        before?.tell();
      } else if (sent?.isAnswered) {
        sent.tell();
        sent = undefined;
      } else if (sent) {
        const arrival = new Promise<void>((resolve) => {
          arrived = resolve;
        });
        await Promise.race([sent.answered, arrival]);
      } else break;
    }
    writing = false;
  }

  async function plan(batch: Entry[], inFlight?: Promise<void>): Promise<WrittenOut | undefined> {
    try {
      const requests = batch.map(({ request }) => request);
      for (const { key, epoch = 0 } of requests) streams.deleteBefore(key, epoch);
      const prepared = await prepareBatch(prisma, requests, streams.get, readHistory, inFlight);
      const { guards, guardsHash, streams: before } = prepared;
      const plan = await planBatch(requests, before, guards, now);
      for (const [key, stream] of plan.after) streams.set(key, stream);
      const statement = toStatement(randomUUID(), { requests, guardsHash, before, plan });
      return { requests, plan, statement };
    } catch (error) {
      fail(batch, error);
      return undefined;
    }
  }

  function send(batch: Entry[], planned: WrittenOut): Sent {
    const sent: Sent = { answered: Promise.resolve(), isAnswered: false, tell: () => {} };
    const take = (committed: Committed) => {
      const undone = findUndone(planned.requests, committed);
      for (const key of undone) streams.delete(key);
      sent.tell = () => {
        onCommit(settle(batch, planned, committed, undone));
      };
    };
    sent.answered = commitBatch(pool, planned.statement)
      .then(take, (cause) => writeAlone(batch, toUnavailable(cause)))
      .finally(() => {
        sent.isAnswered = true;
      });
    return sent;
  }

  /** One request that the database cannot take must not fail its neighbours. */
  async function writeAlone(batch: Entry[], error: unknown): Promise<void> {
    for (const { request } of batch) streams.delete(request.key);
    if (batch.length === 1 || isPulseError(error)) return fail(batch, error);
    for (const entry of batch) {
      const planned = await plan([entry]);
      if (!planned) continue;
      const sent = send([entry], planned);
      await sent.answered;
      sent.tell();
    }
  }

  /** Fails a batch; when the database is out of reach also all that wait, of which nothing has been stored. */
  function fail(batch: Entry[], cause: unknown): void {
    const error = toUnavailable(cause);
    const failed = [...batch];
    if (isPulseError(error, 'UNAVAILABLE')) while (!queue.isEmpty()) failed.push(...queue.take());
    for (const { request, reject } of failed) {
      streams.delete(request.key);
      reject(error);
    }
  }

  /** Gives the callers of a batch their answers. **Shape** the head after it */
  function settle(batch: Entry[], { plan }: WrittenOut, committed: Committed, undone: ReadonlySet<string>): string {
    let { position, refusals } = committed;
    batch.forEach((entry, index) => {
      const { key, commandId } = entry.request;
      const decision = plan.decisions[index] as Decision;
      if (undone.has(key)) {
        const repeated = committed.repeated.find(({ id }) => id === commandId);
        if (repeated) void answerRepeated(repeated, entry);
        else retry(entry);
      } else if (decision.type === 'accepted') {
        const events = decision.events.map((event) => ({ position: ++position, ...event }));
        entry.resolve({ events, workflow: decision.workflow && { ...decision.workflow, position } });
      } else if (decision.type === 'refused') {
        refusals += 1;
        entry.reject(refusalError(decision.refusal));
      } else void answerConflict(decision.details, entry);
    });
    return `${position} ${refusals}`;
  }

  /** The key may have moved on because this very command was carried out. */
  async function answerConflict(details: ErrorDetails['SEQUENCE_CONFLICT'], entry: Entry): Promise<void> {
    const { key, commandId } = entry.request;
    try {
      const earlier = commandId && (await prisma.command.findUnique({ where: { id: commandId } }));
      if (!earlier) throw conflictError(key, details);
      await answerRepeated({ ...(earlier.result as unknown as CommandResult), id: earlier.id }, entry);
    } catch (error) {
      entry.reject(toUnavailable(error));
    }
  }

  async function answerRepeated(earlier: CommandResult, { request, resolve, reject }: Entry): Promise<void> {
    try {
      if (earlier.key !== request.key) throw reusedCommand();
      if (earlier.refusal !== null) {
        const refusal = toRefusal(await prisma.refusal.findUniqueOrThrow({ where: { id: earlier.refusal } }));
        throw request.events.some(({ kind }) => kind === refusal.kind) ? refusalError(refusal) : reusedCommand();
      }
      const rows = await prisma.event.findMany({
        where: { key: earlier.key, sequence: { gte: earlier.first ?? 0, lte: earlier.last ?? 0 } },
        orderBy: { position: 'asc' },
      });
      if (rows.map(({ kind }) => kind).join() !== request.events.map(({ kind }) => kind).join()) throw reusedCommand();
      const stream = (await loadStreams(prisma, [request.key])).get(request.key);
      resolve({ events: rows.map(toEvent), workflow: stream?.workflow ?? null });
    } catch (error) {
      reject(toUnavailable(error));
    }
  }
}

function reusedCommand(): PulseError<'INVALID_INPUT'> {
  return invalidInput('commandId', 'was used before, for something else; use a new one');
}

/** The keys for which the database has written nothing. */
function findUndone(requests: readonly AppendRequest[], { conflicts, repeated }: Committed): Set<string> {
  const repeatedIds = new Set(repeated.map(({ id }) => id));
  const keys = requests.filter(({ commandId }) => commandId !== undefined && repeatedIds.has(commandId));
  return new Set([...conflicts, ...keys.map(({ key }) => key)]);
}

function conflictError(
  key: string,
  details = { key, expectedSequence: null as number | null, actualSequence: null as number | null },
): PulseError<'SEQUENCE_CONFLICT'> {
  const message =
    details.expectedSequence === null
      ? `'${key}' is written by many at once; nothing of this append was stored: try again`
      : `'${key}' is at sequence ${details.actualSequence}, not ${details.expectedSequence}; nothing was stored: read it again`;
  return new PulseError('SEQUENCE_CONFLICT', message, details);
}
