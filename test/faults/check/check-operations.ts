import { isDeepStrictEqual } from 'node:util';
import type { PulseEvent, Refusal } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import type { History } from '../history.ts';
import type { Journal, Recorded } from '../journal.ts';
import { groupBy } from './group-by.ts';

/** What was acknowledged is in the log once, as it was told; what was refused is not; what is unknown is there whole or not at all. */
export function checkOperations({ events, refusals }: History, { operations }: Journal): string[] {
  const accepted = groupBy(events, ({ payload }) => readOperation(payload));
  const refused = groupBy(refusals, ({ payload }) => readOperation(payload));
  const problems: string[] = [];
  for (const id of [...accepted.keys(), ...refused.keys()])
    if (!operations.has(id)) problems.push(`the log has '${id}', which nobody has asked`);
  for (const operation of operations.values()) {
    const problem = checkOne(operation, accepted.get(operation.id) ?? [], refused.get(operation.id) ?? []);
    if (problem) problems.push(`${operation.id} (${operation.kinds} of ${operation.key}) ${problem}`);
  }
  return problems;
}

function checkOne({ key, kinds, outcome }: Recorded, events: PulseEvent[], refusals: Refusal[]): string | undefined {
  const isStored = events.length > 0;
  const isWhole = isDeepStrictEqual(
    events.map(({ key, kind }) => [key, kind]),
    kinds.map((kind) => [key, kind]),
  );
  if (isStored && !isWhole) return `is in the log as ${events.map(({ kind, position }) => `${kind} at ${position}`)}`;
  if (refusals.length > 1) return `was refused ${refusals.length} times`;
  if (isStored && refusals.length > 0) return 'was accepted and refused';
  switch (outcome.type) {
    case 'accepted': {
      if (!isStored)
        return `was acknowledged at ${outcome.events.map(({ position }) => position)} and is not in the log`;
      const stored = events.map(({ position, hash }) => ({ position, hash }));
      if (!isDeepStrictEqual(stored, outcome.events)) return 'is in the log elsewhere than acknowledged, or otherwise';
      return undefined;
    }
    case 'refused':
      if (isStored) return `was told to be refused by ${outcome.guard}, and is in the log`;
      return refusals[0]?.guard === outcome.guard ? undefined : `has no refusal by ${outcome.guard} on its trail`;
    case 'conflict':
      return isStored || refusals.length > 0 ? 'was told to be in conflict, and is stored' : undefined;
    case 'unknown':
      return undefined;
  }
}

/** What was asked after an answer had come stands behind it in the log, whoever asked. */
export function checkOrder({ events }: History, { operations }: Journal): string[] {
  const asked = [...operations.values()].sort((left, right) => left.invokedAtMs - right.invokedAtMs);
  const answered = asked.flatMap(({ id, outcome, settledAtMs }) =>
    outcome.type === 'accepted' && settledAtMs !== null
      ? { id, atMs: settledAtMs, position: Math.max(...outcome.events.map(({ position }) => position)) }
      : [],
  );
  answered.sort((left, right) => left.atMs - right.atMs);
  const first = new Map<string, number>();
  for (const { payload, position } of events) {
    const id = readOperation(payload);
    if (!first.has(id)) first.set(id, position);
  }
  const problems: string[] = [];
  let seen = 0;
  let newest = { id: '', position: 0 };
  for (const { id, invokedAtMs } of asked) {
    for (; (answered[seen]?.atMs ?? Number.POSITIVE_INFINITY) < invokedAtMs; seen += 1)
      if ((answered[seen]?.position ?? 0) > newest.position) newest = answered[seen] ?? newest;
    const position = first.get(id);
    if (position !== undefined && position < newest.position)
      problems.push(
        `${id} stands at ${position}, before ${newest.id} at ${newest.position}, which was answered before it was asked`,
      );
  }
  return problems;
}

export function readOperation(payload: Json): string {
  return String((payload as { op?: Json } | null)?.op);
}
