import { isDeepStrictEqual } from 'node:util';
import type { PulseEvent } from '#domain/event.ts';
import type { GuardStates } from '#domain/guard.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';
import { evaluateGuards } from '#server/guards/evaluate.ts';
import { shippedGuards } from '#server/guards/shipped.ts';
import type { History } from '../history.ts';
import { groupBy } from './group-by.ts';

/** Replays each key from the log alone: its guards pass every event, and all that is stored of it is what comes out. */
export async function checkState({ events, streams }: History): Promise<string[]> {
  const problems: string[] = [];
  const byKey = groupBy(events, ({ key }) => key);
  for (const key of streams.keys()) if (!byKey.has(key)) problems.push(`${key} is stored and has no events`);
  for (const [key, own] of byKey) problems.push(...(await checkKey(key, own, streams)));
  return problems;
}

async function checkKey(key: string, events: PulseEvent[], streams: History['streams']): Promise<string[]> {
  const stored = streams.get(key);
  if (!stored) return [`${key} has events and is not stored`];
  let workflow: Workflow | null = null;
  let guardStates: GuardStates = {};
  for (const event of events) {
    workflow = evolve(workflow, event);
    const verdict = await evaluateGuards(shippedGuards, guardStates, event);
    if (!verdict.ok)
      return [`${verdict.guard} refuses ${event.kind} of ${key} at ${event.position}, which is in the log`];
    guardStates = verdict.states;
  }
  const { sequence, hash } = events.at(-1) as PulseEvent;
  const replayed = { sequence, hash, guardStates, workflow };
  const found = {
    sequence: stored.sequence,
    hash: stored.hash,
    guardStates: stored.guardStates,
    workflow: stored.workflow,
  };
  if (isDeepStrictEqual(plain(replayed), plain(found))) return [];
  return [`${key} is stored as ${JSON.stringify(found)}, and its events give ${JSON.stringify(replayed)}`];
}

/** The guards' objects have no prototype, which is no difference. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
