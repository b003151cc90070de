import { expect } from 'vitest';
import { isPulseError } from '#domain/errors.ts';
import type { PulseEvent, Refusal, TimelineEntry } from '#domain/event.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';
import type { Appended } from '../append.ts';
import { hashEvent, zeroHash } from '../hash.ts';
import { decideByModel, type KeyModel, type ModelPayload, type ModelRequest, untouched } from './append-model.ts';

/** What the log holds of one request. */
interface Stored {
  request: ModelRequest;
  events: PulseEvent[];
  refusal: Refusal | null;
  workflow: Workflow | null;
}

/** A log as the model knows it, from the entries that were checked so far. */
export interface ModelLog {
  keys: Map<string, KeyModel>;
  workflows: Map<string, Workflow | null>;
  hashes: Map<string, string>;
  position: number;
  /** What each command's first request has stored. */
  commands: Map<string, Stored>;
}

export function emptyModelLog(position: number): ModelLog {
  return { keys: new Map(), workflows: new Map(), hashes: new Map(), position, commands: new Map() };
}

/**
 * Checks what became of requests that were made at once: takes the log's order as theirs, replays the model along it,
 * and holds every answer against it.
 */
export function checkStep(
  log: ModelLog,
  requests: ReadonlyMap<number, ModelRequest>,
  answers: ReadonlyMap<number, PromiseSettledResult<Appended>>,
  entries: readonly TimelineEntry[],
): void {
  const before = { keys: new Map(log.keys), commands: new Map(log.commands) };
  const stored = replay(log, requests, entries);
  for (const [n, request] of requests) {
    const own = stored.get(n);
    const first = request.commandId === undefined ? undefined : log.commands.get(request.commandId);
    const answer = answers.get(n) as PromiseSettledResult<Appended>;
    if (own && first) expect(first, 'a command is carried out once').toBe(own);
    if (answer.status === 'fulfilled') checkAccepted(request, answer.value, own, first);
    else if (isPulseError(answer.reason, 'GUARD_REJECTED'))
      checkRefused(request, answer.reason.details, (own ?? first) as Stored);
    else {
      expect(own, 'nothing is stored of what was neither accepted nor refused').toBeUndefined();
      if (isPulseError(answer.reason, 'SEQUENCE_CONFLICT')) {
        const earlier = request.commandId === undefined ? undefined : before.commands.get(request.commandId);
        expect(earlier, 'a repeated command gets the first answer').toBeUndefined();
        const { expectedSequence, actualSequence } = answer.reason.details;
        expect(expectedSequence).toBe(request.expectedSequence);
        expect(expectedSequence).not.toBe(actualSequence);
        expect(actualSequence).toBeGreaterThanOrEqual((before.keys.get(request.key) ?? untouched).sequence);
        expect(actualSequence).toBeLessThanOrEqual((log.keys.get(request.key) ?? untouched).sequence);
      } else {
        expect(answer.reason).toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'commandId' }] } });
        expect(first && isSame(request, first.request), 'only another use of a commandId is invalid').toBe(false);
      }
    }
  }
}

function replay(log: ModelLog, requests: ReadonlyMap<number, ModelRequest>, entries: readonly TimelineEntry[]) {
  const stored = new Map<number, Stored>();
  for (let index = 0; index < entries.length; ) {
    const n = numberOf(entries[index] as TimelineEntry);
    const request = requests.get(n) as ModelRequest;
    expect(request, 'only what was asked for is stored').toBeDefined();
    expect(stored.has(n), 'a request is stored once').toBe(false);
    const { key, actor } = request;
    const model = log.keys.get(key) ?? untouched;
    const decision = decideByModel(model, request);
    const entry = entries[index] as TimelineEntry;
    const found: Stored = { request, events: [], refusal: null, workflow: log.workflows.get(key) ?? null };
    if (entry.type === 'refusal') {
      index += 1;
      expect(decision).toMatchObject({ type: 'refused', guard: entry.guard, event: pick(entry), state: entry.state });
      expect([entry.key, entry.actor, entry.afterPosition]).toEqual([key, actor, log.position]);
      const { type: _, ...refusal } = entry;
      found.refusal = refusal;
    } else {
      for (const wanted of request.events) {
        const { type, ...event } = entries[index++] as { type: 'event' } & PulseEvent;
        const sequence = model.sequence + found.events.length + 1;
        log.position += 1;
        expect({ type, ...event }).toMatchObject({ type: 'event', key, actor, sequence, position: log.position });
        expect(pick(event)).toEqual(wanted);
        expect(event.hash).toBe(hashEvent(log.hashes.get(key) ?? zeroHash, event));
        log.hashes.set(key, event.hash);
        found.workflow = evolve(found.workflow, event);
        found.events.push(event);
      }
      log.workflows.set(key, found.workflow);
      expect(decision.type).toBe('accepted');
      if (decision.type === 'accepted') log.keys.set(key, decision.next);
    }
    stored.set(n, found);
    if (request.commandId !== undefined) {
      expect(log.commands.has(request.commandId), 'a command is carried out once').toBe(false);
      log.commands.set(request.commandId, found);
    }
  }
  return stored;
}

function checkAccepted(request: ModelRequest, answer: Appended, own: Stored | undefined, first: Stored | undefined) {
  const source = (own ?? first) as Stored;
  expect(source, 'what is answered is stored').toBeDefined();
  expect(answer.events).toEqual(source.events);
  expect(source.events.length).toBeGreaterThan(0);
  if (own) expect(answer.workflow).toEqual(own.workflow);
  else expect(isSame(request, source.request), 'a commandId for something else').toBe(true);
}

function checkRefused({ key, events }: ModelRequest, details: object, source: Stored) {
  const refusal = source?.refusal as Refusal;
  expect(refusal, 'a refusal that is answered is recorded').toBeTruthy();
  const { guard, kind, state, check } = refusal;
  expect(details).toEqual({ guard, kind, key, state, check });
  expect(key).toBe(source.request.key);
  expect(events.map((event) => event.kind)).toContain(kind);
}

function isSame(left: ModelRequest, right: ModelRequest): boolean {
  const kindsOf = ({ events }: ModelRequest) => events.map(({ kind }) => kind).join();
  return left.key === right.key && kindsOf(left) === kindsOf(right);
}

function numberOf({ payload }: TimelineEntry): number {
  const given = payload as unknown as ModelPayload;
  return Array.isArray(given) ? given[0] : given.n;
}

const pick = ({ kind, payload }: PulseEvent | Refusal) => ({ kind, payload });
