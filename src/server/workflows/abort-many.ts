import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { type ErrorCode, isPulseError } from '#domain/errors.ts';
import { Key, Reason } from '#domain/event.ts';
import { control } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import { refusalError } from '../log/plan.ts';
import type { Pulse } from '../pulse.ts';
import { toUnavailable } from '../unavailable.ts';
import { appendAbort, leaveToAdapters } from './abort.ts';
import { countFamilies } from './count-families.ts';
import { finishCascades } from './finish-cascades.ts';
import { getWorkflow } from './get.ts';
import { ListWorkflows, listWorkflows } from './list.ts';

/** Which workflows, as `workflow.list` takes it; their order says nothing here. */
const Filter = ListWorkflows.omit({ order: true, limit: true, cursor: true, direction: true });

export const AbortMany = z
  .strictObject({
    keys: z.array(Key).min(1).max(limits.pageItems).optional(),
    /** Its `status` is `['active']` unless it says otherwise. */
    filter: Filter.optional(),
    reason: z.optional(Reason),
    /** Whether the living children of each are aborted too. Default: true. */
    cascade: z.boolean().optional(),
    /** Only tell what would be aborted. */
    dryRun: z.boolean().optional(),
  })
  .refine(({ keys, filter }) => (keys === undefined) !== (filter === undefined), 'must have either keys or a filter');

/** What became of one workflow. */
export interface AbortOutcome {
  key: string;
  ok: boolean;
  /** Of its `__abort__`; absent in a dry run. */
  position?: number;
  /** How many that it has started, and those in turn, are aborted with it. Those that are asked for themselves are not among them. */
  children?: number;
  error?: { code: ErrorCode; message: string };
}

const none: ReadonlyMap<string, number> = new Map();

/** So many are read and aborted at a time, so that others get their turn in between. */
const batchWorkflows = 200;

/**
 * Aborts several workflows and their children, each by an event of its own. One that can't be aborted stops none of the others;
 * one that was aborted with its parent before its turn came is aborted, as was asked.
 *
 * **Shape** an outcome for each key, once, in their order, with how many others it takes along; of a filter for each workflow that it found, newest start first,
 * 10,000 at most: ask again while `more` is true. Workflows that start meanwhile are not among them.
 * **Errors** `UNAVAILABLE` when a page of what a filter finds can't be read: what was aborted until then stays, so ask again.
 * Where one workflow can't be read or written it is that one's outcome.
 */
export async function abortMany(
  pulse: Pulse,
  { keys, filter, reason, cascade, dryRun = false }: z.output<typeof AbortMany>,
  actor: Actor,
): Promise<{ results: AbortOutcome[]; more: boolean }> {
  const abort = (key: string) => (dryRun ? tryAbort(pulse, key) : abortOne(pulse, { key, reason, cascade }, actor));
  const abortAll = async (batch: string[]) => {
    const outcomes = await Promise.all(batch.map(abort));
    const parents = outcomes.filter(({ position }) => position !== undefined).map(({ key }) => key);
    const isAlone = parents.length === 0 || cascade === false;
    const children = isAlone ? none : await finishCascades(pulse, actor, parents).catch(leaveToAdapters(none));
    return addChildren(outcomes, children);
  };
  const finish = async (results: AbortOutcome[], more: boolean) => {
    if (!dryRun) return { results: await takeWithParents(pulse, results), more };
    return { results: cascade === false ? results : addChildren(results, await countFamilies(pulse, results)), more };
  };
  if (keys) return finish(await abortAll([...new Set(keys)]), false);
  const results: AbortOutcome[] = [];
  let cursor: string | null = null;
  do {
    const limit = Math.min(batchWorkflows, limits.abortedAtOnce - results.length);
    const page = await listWorkflows(pulse, { status: ['active'], ...filter, limit, cursor });
    results.push(...(await abortAll(page.items.map(({ key }) => key))));
    cursor = page.nextCursor;
  } while (cursor !== null && results.length < limits.abortedAtOnce);
  return finish(results, cursor !== null);
}

function addChildren(outcomes: AbortOutcome[], counts: ReadonlyMap<string, number>): AbortOutcome[] {
  return outcomes.map((outcome) => (outcome.ok ? { ...outcome, children: counts.get(outcome.key) ?? 0 } : outcome));
}

/** Finds among those that were refused the ones that were aborted with their parents since the first of all. */
async function takeWithParents(pulse: Pulse, outcomes: AbortOutcome[]): Promise<AbortOutcome[]> {
  const first = Math.min(...outcomes.flatMap(({ position }) => position ?? []));
  const refused = outcomes.filter(({ error }) => error?.code === 'GUARD_REJECTED').map(({ key }) => key);
  if (refused.length === 0 || !Number.isFinite(first)) return outcomes;
  const aborts = await pulse.prisma.$queryRaw<{ key: string; position: bigint }[]>`
    SELECT key, position FROM event
    WHERE key = ANY (${refused}) AND position > ${first} AND kind LIKE ${`%.${control.abort}`} AND payload ? 'cause'`;
  const positions = new Map(aborts.map(({ key, position }) => [key, Number(position)]));
  return outcomes.map((outcome) => {
    const position = positions.get(outcome.key);
    return position === undefined ? outcome : { key: outcome.key, ok: true, position, children: 0 };
  });
}

async function abortOne(pulse: Pulse, command: Parameters<typeof appendAbort>[1], actor: Actor): Promise<AbortOutcome> {
  const { key } = command;
  return settle(key, async () => ({ position: (await appendAbort(pulse, command, actor)).event.position }));
}

/** Tells what an abort would come to, from the workflow's status alone. */
async function tryAbort(pulse: Pulse, key: string): Promise<AbortOutcome> {
  return settle(key, async () => {
    const { name, status } = await getWorkflow(pulse, { key });
    if (status === 'active') return {};
    throw refusalError({
      key,
      kind: `${name}.${control.abort}`,
      payload: null,
      guard: 'workflow-lifecycle',
      check: "state.status = 'active'",
      state: { status },
    });
  });
}

async function settle(key: string, work: () => Promise<{ position?: number }>): Promise<AbortOutcome> {
  try {
    return { key, ok: true, ...(await work()) };
  } catch (cause) {
    const error = toUnavailable(cause);
    if (!isPulseError(error)) throw error;
    return { key, ok: false, error: { code: error.code, message: error.message } };
  }
}
