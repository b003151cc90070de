import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { invalidInput, isPulseError, PulseError } from '#domain/errors.ts';
import { Key, Payload, type PulseEvent } from '#domain/event.ts';
import { control, Kind, splitKind } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { PrismaClient } from '../db/client.ts';
import { retryConnection, toUnavailable } from '../db/connection.ts';
import { toEvent, toRefusal } from '../db/rows.ts';
import type { CompiledGuard } from '../guards/compile.ts';
import { parseInput } from '../parse-input.ts';
import { type CommandResult, type Committed, commitBatch, type PlannedBatch } from './commit.ts';
import { type AppendRequest, type Decision, planBatch, refusalError } from './plan.ts';
import { emptyStream, loadStreams, type Stream } from './stream.ts';

export type { AppendRequest } from './plan.ts';

/** What an accepted request gives: its events as stored, and the key's workflow after them. */
export interface Appended {
  events: PulseEvent[];
  workflow: Workflow | null;
}

export type Append = (request: AppendRequest) => Promise<Appended>;

interface Waiting {
  request: AppendRequest;
  attempts: number;
  resolve: (appended: Appended) => void;
  reject: (error: unknown) => void;
}

/** Small enough that one batch can be planned while another of the same crowd is written. */
const maxBatchEvents = 128;
const maxBatchRequestsOfLargePayload = 16;
const largePayloadBytes = 32 * 1024;
const maxWaiting = 20_000;
const maxAttempts = 20;
const maxCachedStreams = 20_000;

const CheckedRequest = z.object({
  key: Key,
  events: z.array(z.object({ kind: Kind, payload: Payload })).min(1),
  commandId: z.string().min(1).max(limits.commandIdCharacters).optional(),
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
  guards,
  now = () => new Date(),
  onCommit = () => {},
}: {
  prisma: PrismaClient;
  guards: readonly CompiledGuard[];
  now?: () => Date;
  /** Called after every commit, so that this process's tail need not wait for a notification. */
  onCommit?: () => void;
}): Append {
  const urgent: Waiting[] = [];
  const waiting: Waiting[] = [];
  const cache = new LRUCache<string, Stream>({ max: maxCachedStreams });
  let writing = false;

  return async (request) => {
    parseInput(CheckedRequest, request);
    if (waiting.length >= maxWaiting) {
      const reason = `${waiting.length} appends are waiting already`;
      throw new PulseError('UNAVAILABLE', `${reason}; try again in a moment`, { reason });
    }
    return new Promise<Appended>((resolve, reject) => {
      (holdsAbort(request) ? urgent : waiting).push({ request, attempts: 0, resolve, reject });
      if (!writing) void writeAll();
    });
  };

  /** Plans the next batch while the one before is being written; the compare-and-set finds what that made stale. */
  async function writeAll(): Promise<void> {
    writing = true;
    await Promise.resolve(); // Callers of the same moment share the batch.
    let inFlight = Promise.resolve();
    while (urgent.length + waiting.length > 0) {
      const batch = takeBatch(urgent, waiting);
      const planned = await plan(batch);
      await inFlight;
      inFlight = planned ? write(batch, planned) : Promise.resolve();
      if (urgent.length + waiting.length === 0) await inFlight;
    }
    writing = false;
  }

  async function plan(batch: Waiting[]): Promise<PlannedBatch | undefined> {
    try {
      const requests = batch.map(({ request }) => request);
      const before = await getStreams(requests);
      const plan = await planBatch(requests, before, guards, now);
      for (const [key, stream] of plan.after) cache.set(key, stream);
      return { requests, before, plan };
    } catch (error) {
      fail(batch, error);
      return undefined;
    }
  }

  async function write(batch: Waiting[], planned: PlannedBatch): Promise<void> {
    try {
      settle(batch, planned, await commitBatch(prisma, randomUUID(), planned));
      onCommit();
    } catch (cause) {
      const error = toUnavailable(cause);
      for (const { request } of batch) cache.delete(request.key);
      // One request that the database cannot take must not fail its neighbours.
      if (batch.length === 1 || isPulseError(error)) return fail(batch, error);
      for (const entry of batch) {
        const alone = await plan([entry]);
        if (alone) await write([entry], alone);
      }
    }
  }

  function fail(batch: Waiting[], cause: unknown): void {
    for (const { request, reject } of batch) {
      cache.delete(request.key);
      reject(toUnavailable(cause));
    }
  }

  function settle(batch: Waiting[], { requests, plan }: PlannedBatch, committed: Committed): void {
    const undone = findUndone(requests, committed);
    for (const key of undone) cache.delete(key);
    let position = committed.position;
    const again: Waiting[] = [];
    batch.forEach((entry, index) => {
      const { key, commandId } = entry.request;
      const decision = plan.decisions[index] as Decision;
      if (undone.has(key)) {
        const repeated = committed.repeated.find(({ id }) => id === commandId);
        if (repeated) void answerRepeated(repeated, entry);
        else if (++entry.attempts < maxAttempts) again.push(entry);
        else entry.reject(conflictError(key));
      } else if (decision.type === 'accepted') {
        const events = decision.events.map((event) => ({ position: ++position, ...event }));
        entry.resolve({ events, workflow: decision.workflow && { ...decision.workflow, position } });
      } else {
        entry.reject(
          decision.type === 'refused' ? refusalError(decision.refusal) : conflictError(key, decision.details),
        );
      }
    });
    waiting.unshift(...again);
  }

  async function getStreams(requests: readonly AppendRequest[]): Promise<Map<string, Stream>> {
    const streams = new Map<string, Stream>();
    for (const { key } of requests) streams.set(key, cache.get(key) ?? emptyStream);
    const missing = [...streams.keys()].filter((key) => !cache.has(key));
    if (missing.length > 0) {
      const loaded = await retryConnection(() => loadStreams(prisma, missing));
      for (const [key, stream] of loaded) streams.set(key, stream);
    }
    return streams;
  }

  async function answerRepeated(earlier: CommandResult, { request, resolve, reject }: Waiting): Promise<void> {
    try {
      if (earlier.key !== request.key)
        throw invalidInput('commandId', 'was used before, for another key; use a new one');
      if (earlier.refusal !== null) {
        throw refusalError(toRefusal(await prisma.refusal.findUniqueOrThrow({ where: { id: earlier.refusal } })));
      }
      const rows = await prisma.event.findMany({
        where: { key: earlier.key, sequence: { gte: earlier.first ?? 0, lte: earlier.last ?? 0 } },
        orderBy: { position: 'asc' },
      });
      const stream = (await loadStreams(prisma, [request.key])).get(request.key);
      resolve({ events: rows.map(toEvent), workflow: stream?.workflow ?? null });
    } catch (error) {
      reject(toUnavailable(error));
    }
  }
}

function holdsAbort(request: AppendRequest): boolean {
  return request.events.some(({ kind }) => splitKind(kind).tail === control.abort);
}

/** Takes what one batch may hold, aborts first. A command that is in the batch already waits for the next one. */
function takeBatch(urgent: Waiting[], waiting: Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  const commandIds = new Set<string>();
  let events = 0;
  let large = 0;
  for (const queue of [urgent, waiting]) {
    while (queue[0] && events < maxBatchEvents && large < maxBatchRequestsOfLargePayload) {
      const { request } = queue[0];
      if (request.commandId !== undefined && commandIds.has(request.commandId)) break;
      if (request.commandId !== undefined) commandIds.add(request.commandId);
      events += request.events.length;
      if (isLarge(request)) large += 1;
      batch.push(queue.shift() as Waiting);
    }
  }
  return batch;
}

function isLarge(request: AppendRequest): boolean {
  return request.events.some(({ payload }) => JSON.stringify(payload).length > largePayloadBytes);
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
