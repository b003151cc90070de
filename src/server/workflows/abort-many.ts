import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { type ErrorCode, isPulseError, PulseError } from '#domain/errors.ts';
import { Key, Reason } from '#domain/event.ts';
import { limits } from '#domain/limits.ts';
import type { Pulse } from '../pulse.ts';
import { toUnavailable } from '../unavailable.ts';
import { abortWorkflow } from './abort.ts';
import { getWorkflow } from './get.ts';
import { ListWorkflows, listWorkflows } from './list.ts';

/** Which workflows, as `workflow.list` takes it. */
const Filter = ListWorkflows.omit({ limit: true, cursor: true, direction: true });

export const AbortMany = z
  .strictObject({
    keys: z.array(Key).min(1).max(limits.pageItems).optional(),
    /** Its `status` is `['active']` unless it says otherwise. */
    filter: Filter.optional(),
    reason: Reason.optional(),
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
  error?: { code: ErrorCode; message: string };
}

/** So many are read and aborted at a time, so that others get their turn in between. */
const batchWorkflows = 200;

/**
 * Aborts several workflows, each by an event of its own. One that can't be aborted stops none of the others.
 *
 * **Shape** an outcome for each key, once, in their order; of a filter for each workflow that it found, newest start first,
 * 10,000 at most: ask again while `more` is true. Workflows that start meanwhile are not among them.
 * **Errors** `UNAVAILABLE` when a page of what a filter finds can't be read: what was aborted until then stays, so ask again.
 * Where one workflow can't be read or written it is that one's outcome.
 */
export async function abortMany(
  pulse: Pulse,
  { keys, filter, reason, dryRun = false }: z.output<typeof AbortMany>,
  actor: Actor,
): Promise<{ results: AbortOutcome[]; more: boolean }> {
  const abort = (key: string) => (dryRun ? tryAbort(pulse, key) : abortOne(pulse, { key, reason }, actor));
  if (keys) return { results: await Promise.all([...new Set(keys)].map(abort)), more: false };
  const results: AbortOutcome[] = [];
  let cursor: string | null = null;
  do {
    const limit = Math.min(batchWorkflows, limits.abortedAtOnce - results.length);
    const page = await listWorkflows(pulse, { status: ['active'], ...filter, limit, cursor });
    results.push(...(await Promise.all(page.items.map(({ key }) => abort(key)))));
    cursor = page.nextCursor;
  } while (cursor !== null && results.length < limits.abortedAtOnce);
  return { results, more: cursor !== null };
}

async function abortOne(
  pulse: Pulse,
  command: Parameters<typeof abortWorkflow>[1],
  actor: Actor,
): Promise<AbortOutcome> {
  const { key } = command;
  return settle(key, async () => ({ position: (await abortWorkflow(pulse, command, actor)).event.position }));
}

/** Tells what an abort would come to, from the workflow's status alone. */
async function tryAbort(pulse: Pulse, key: string): Promise<AbortOutcome> {
  return settle(key, async () => {
    const { status } = await getWorkflow(pulse, { key });
    if (status === 'active') return {};
    const details = { guard: 'workflow-lifecycle', kind: '', key, state: { status }, check: "state.status = 'active'" };
    throw new PulseError('GUARD_REJECTED', `'${key}' is ${status} already`, details);
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
