import type { Actor } from '#domain/actor.ts';
import { type ErrorDetails, PulseError } from '#domain/errors.ts';
import type { PulseEvent, Refusal } from '#domain/event.ts';
import { logKey } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { control, splitKind } from '#domain/kind.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';
import type { CompiledGuard } from '../guards/compile.ts';
import { evaluateGuards } from '../guards/evaluate.ts';
import { explainRefusal } from '../guards/explain-refusal.ts';
import { findLogGuards } from '../guards/shipped.ts';
import { hashEvent } from './hash.ts';
import type { Stream } from './stream.ts';

/** Some events of one key that are accepted or refused together. */
export interface AppendRequest {
  key: string;
  events: { kind: string; payload: Json }[];
  actor: Actor;
  /** Repeating a request with the id of an earlier one gives the first result and writes nothing. */
  commandId?: string | undefined;
  /** The sequence that the key must have now; otherwise `SEQUENCE_CONFLICT`. */
  expectedSequence?: number | undefined;
  /** The lease epoch that the key must have now; a stale one is refused as by a guard named `lease`. */
  epoch?: number | undefined;
  /** Gives the lease back with the last event: the epoch is raised, and the workflow is due at once. */
  handsBack?: boolean | undefined;
  /**
   * The workflow whose role starts this one, and the lease epoch that it must have at that moment: an abort and an end raise
   * it, and so does an adapter that takes it over. Otherwise the request is refused as by a guard named `parent`.
   */
  parent?: { key: string; epoch: number } | undefined;
}

type PlannedEvent = Omit<PulseEvent, 'position'>;
type PlannedRefusal = Omit<Refusal, 'id' | 'afterPosition'>;

const maxStateCharacters = 300;

/** What becomes of a request once its batch is written. */
export type Decision =
  | { type: 'accepted'; events: PlannedEvent[]; workflow: Workflow | null }
  | { type: 'refused'; refusal: PlannedRefusal }
  | { type: 'conflict'; details: ErrorDetails['SEQUENCE_CONFLICT'] };

export interface Plan {
  /** One for each request, in their order. */
  decisions: Decision[];
  /** The streams as they will be, by key. */
  after: Map<string, Stream>;
}

/** Decides a batch: evaluates every request's guards in order, each on top of what those before it change. */
export async function planBatch(
  requests: readonly AppendRequest[],
  streams: ReadonlyMap<string, Stream>,
  guards: readonly CompiledGuard[],
  now: () => Date,
): Promise<Plan> {
  const after = new Map(streams);
  const decisions: Decision[] = [];
  for (const request of requests) {
    const stream = after.get(request.key) as Stream;
    const parent = request.parent && after.get(request.parent.key);
    const { decision, next } = await decide(request, stream, parent, guards, now().toISOString());
    decisions.push(decision);
    after.set(request.key, next);
  }
  return { decisions, after };
}

async function decide(
  request: AppendRequest,
  stream: Stream,
  parent: Stream | undefined,
  guards: readonly CompiledGuard[],
  occurredAt: string,
): Promise<{ decision: Decision; next: Stream }> {
  const { key, actor, expectedSequence } = request;
  if (expectedSequence !== undefined && expectedSequence !== stream.sequence) {
    const details = { key, expectedSequence, actualSequence: stream.sequence };
    return { decision: { type: 'conflict', details }, next: stream };
  }
  let next = stream;
  const events: PlannedEvent[] = [];
  for (const { kind, payload } of request.events) {
    const asked = key === logKey ? findLogGuards(kind) : guards;
    const verdict = await evaluateGuards(asked, next.guardStates, { key, kind, payload, actor, occurredAt });
    if (!verdict.ok) return { decision: refuse(request, { kind, payload, occurredAt }, verdict), next: stream };
    const lapse = findLapse(request, stream, parent);
    if (lapse) return { decision: refuse(request, { kind, payload, occurredAt }, lapse), next: stream };
    const unsealed = { key, sequence: next.sequence + 1, kind, payload, actor, occurredAt };
    const event = { ...unsealed, hash: hashEvent(next.hash, unsealed) };
    events.push(event);
    next = advance(next, event, verdict.states);
  }
  if (request.handsBack) next = { ...next, epoch: next.epoch + 1 };
  return { decision: { type: 'accepted', events, workflow: next.workflow }, next };
}

/** Finds why a request that its guards let pass may not be written: its lease, or that of the workflow that makes it, is over. */
function findLapse({ epoch, parent: named }: AppendRequest, stream: Stream, parent?: Stream): Reason | undefined {
  if (epoch !== undefined && epoch !== stream.epoch)
    return { guard: 'lease', check: `state.epoch = ${epoch}`, state: { epoch: stream.epoch } };
  if (!parent || parent.epoch === named?.epoch) return undefined;
  const state = { parent: named?.key ?? '', status: parent.workflow?.status ?? 'unknown', epoch: parent.epoch };
  return { guard: 'parent', check: `state.epoch = ${named?.epoch}`, state };
}

type Reason = Pick<PlannedRefusal, 'guard' | 'check' | 'state'>;

function refuse(
  { key, actor }: AppendRequest,
  event: Pick<PlannedRefusal, 'kind' | 'payload' | 'occurredAt'>,
  { guard, check, state }: Reason,
): Decision {
  return { type: 'refused', refusal: { key, ...event, actor, guard, check, state } };
}

function advance(stream: Stream, event: PlannedEvent, guardStates: Stream['guardStates']): Stream {
  const { tail } = splitKind(event.kind);
  const takesLease = tail === control.abort || tail === control.end || tail === control.wait;
  // The position is known only at commit; until then the event stands right after the workflow's last one.
  const position = (stream.workflow?.position ?? 0) + 1;
  return {
    sequence: event.sequence,
    epoch: takesLease ? stream.epoch + 1 : stream.epoch,
    guardStates,
    hash: event.hash,
    workflow: evolve(stream.workflow, { ...event, position }),
  };
}

/** The error that a caller gets for a refusal. */
export function refusalError(
  refusal: Pick<PlannedRefusal, 'key' | 'kind' | 'payload' | 'guard' | 'check' | 'state'>,
): PulseError<'GUARD_REJECTED'> {
  const { guard, kind, key, state, check } = refusal;
  const details = { guard, kind, key, state, check };
  const plain = explainRefusal(refusal);
  if (plain) return new PulseError('GUARD_REJECTED', `${plain}: refused by ${guard}`, details);
  const status = typeof state === 'object' && state !== null && 'status' in state ? String(state.status) : undefined;
  const because = status ? `its state is '${status}'` : `its state is ${shorten(JSON.stringify(state))}`;
  return new PulseError(
    'GUARD_REJECTED',
    `${kind} of '${key}' was refused by ${guard}: ${because}, and ${check} does not hold`,
    details,
  );
}

/** A state may be 16 KiB; the whole is in the details. */
function shorten(text: string): string {
  return text.length <= maxStateCharacters ? text : `${text.slice(0, maxStateCharacters).toWellFormed()}…`;
}
