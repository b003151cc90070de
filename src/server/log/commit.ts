import type pg from 'pg';
import type { Actor } from '#domain/actor.ts';
import type { GuardStates } from '#domain/guard.ts';
import { guardChange } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { control, splitKind } from '#domain/kind.ts';
import { isWaiting, type Workflow } from '#domain/workflow.ts';
import { retryConnection } from '../db/connection.ts';
import type { AppendRequest, Plan } from './plan.ts';
import type { Stream } from './stream.ts';
import { findTurnChange } from './turn.ts';

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

/** A statement with its parameters. */
export interface Statement {
  text: string;
  values: string[];
}

const appendText = `SELECT pulse_append($1::jsonb, $2::appended_stream[], $3::appended_workflow[], $4::appended_event[],
  $5::appended_turn[], $6::jsonb, $7::jsonb, $8::jsonb) AS result`;

/** Makes the statement that writes a planned batch. Its id makes it safe to send twice. */
export function toStatement(id: string, planned: PlannedBatch): Statement {
  const { batch, rows, lists } = toBatch(id, planned);
  const values = [JSON.stringify(batch), ...rows.map(toRows), ...lists.map((list) => JSON.stringify(list))];
  return { text: appendText, values };
}

/**
 * Writes a planned batch in one statement.
 *
 * **Errors** `UNAVAILABLE` when the database stays out of reach for ten seconds; until then a lost connection is retried
 * with the same batch id, which the database answers with the first result: never twice, never lost.
 */
export async function commitBatch(database: pg.Pool | pg.Client, statement: Statement): Promise<Committed> {
  return retryConnection(async () => {
    const { rows } = await database.query<{ result: Committed }>(statement);
    return (rows[0] as { result: Committed }).result;
  });
}

type Value = string | number | boolean | null;

/** Writes rows as a literal of an array of a composite type. **Source** PostgreSQL's manual, sections 8.15 and 8.16 */
function toRows(rows: readonly Value[][]): string {
  return `{${rows.map((row) => `"(${row.map(toField).join(',')})"`).join(',')}}`;
}

/** What needs no quotes: a hash, a status, a number, and most times and keys. */
const plain = /^[\w.:-]+$/;

/** Quotes a text as a field of a row within an array: once for each of them. */
function toField(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  return plain.test(value) ? value : `\\"${value.replace(/["\\]/g, '\\\\\\$&')}\\"`;
}

function toBatch(id: string, { requests, guardsHash, before, plan }: PlannedBatch) {
  const actors = numberActors();
  const events: Value[][] = [];
  const payloads: Json[] = [];
  const startEvents = new Map<string, number>();
  const lastEvents = new Map<string, number>();
  const refusals: unknown[] = [];
  const commands: unknown[] = [];
  const definitions: unknown[] = [];
  const parents: unknown[] = [];
  plan.decisions.forEach((decision, index) => {
    const { key, commandId, parent } = requests[index] as AppendRequest;
    if (decision.type === 'conflict') return;
    if (parent) parents.push({ child: key, key: parent.key, epoch: before.get(parent.key)?.epoch });
    if (decision.type === 'accepted') {
      for (const { sequence, kind, payload, actor, occurredAt, hash } of decision.events) {
        events.push([key, sequence, kind, actors.add(actor), occurredAt, hash]);
        payloads.push(payload);
        lastEvents.set(key, events.length);
        if (splitKind(kind).tail === control.start && !startEvents.has(key)) startEvents.set(key, events.length);
        if (kind === guardChange.apply) definitions.push(payload);
      }
    } else refusals.push({ ...decision.refusal, afterEvents: events.length });
    if (commandId === undefined) return;
    commands.push(
      decision.type === 'accepted'
        ? { id: commandId, key, first: decision.events[0]?.sequence, last: decision.events.at(-1)?.sequence }
        : { id: commandId, key, refusal: refusals.length - 1 },
    );
  });
  const streams: Value[][] = [];
  const states: GuardStates[] = [];
  const workflows: Value[][] = [];
  const turns: Value[][] = [];
  const begun: unknown[] = [];
  for (const [key, stream] of before) {
    const { sequence, epoch, hash, workflow: earlier } = stream;
    const next = plan.after.get(key) as Stream;
    streams.push([key, sequence, epoch, hash, next.sequence, next.epoch, next.hash]);
    states.push(next.guardStates);
    const lastEvent = lastEvents.get(key);
    if (!next.workflow || lastEvent === undefined) continue;
    if (!earlier) begun.push({ ...next.workflow, startEvent: startEvents.get(key), lastEvent });
    else workflows.push([...toColumns(next.workflow), lastEvent]);
    const change = findTurnChange(stream, next);
    if (change) turns.push([key, next.workflow.name, change, isWaiting(next.workflow), next.workflow.resumeAt]);
  }
  const rare = { ...(definitions.length > 0 && { definitions }), ...(parents.length > 0 && { parents }) };
  const batch = { id, guardsHash, begun, refusals, commands, ...rare };
  return { batch, rows: [streams, workflows, events, turns], lists: [states, payloads, actors.list] };
}

/** What a workflow that goes on may change. */
function toColumns(workflow: Workflow): Value[] {
  const { key, status, round, role, updatedAt, endedAt, abortedBy, reason, outcome, resumeAt, waitingFor } = workflow;
  const by = abortedBy && JSON.stringify(abortedBy);
  return [key, status, round, role, updatedAt, endedAt, by, reason, outcome, resumeAt, waitingFor];
}

/** Numbers the actors of a batch, each once: a crowd of events has few. */
function numberActors(): { list: Actor[]; add(actor: Actor): number } {
  const list: Actor[] = [];
  const numbers = new Map<string, number>();
  return {
    list,
    add: (actor) => {
      const text = JSON.stringify(actor);
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, list.length);
      return list.push(actor) - 1;
    },
  };
}
