import type { PulseEvent } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import { evolve, type Status, type Workflow } from '#domain/workflow.ts';
import { type ListFilter, matchesFilter } from './apply-to-list.ts';
import { isCovered, type LiveEntry } from './entry.ts';

/** What `workflow.count` gives. */
export type Counts = Record<Status | 'all', number> & { asOf: string };

/** Which workflows are counted: the input of `workflow.count`. */
export type CountsFilter = Omit<ListFilter, 'status' | 'search' | 'startedBy'>;

/**
 * Counts on with the entries of the log.
 *
 * **Shape** the same counts when nothing changed. `uncertain` when they must be read again: a number that was too large to be
 * exact has become smaller, or it is not known whether a workflow is among those counted (`find` gives none).
 */
export function applyToCounts(
  counts: Counts,
  filter: CountsFilter,
  entries: readonly LiveEntry[],
  find: (key: string) => Workflow | undefined,
): { counts: Counts; uncertain: boolean } {
  const next = { ...counts };
  let uncertain = false;
  for (const { entry, cursor } of entries) {
    if (entry.type === 'refusal' || isCovered(next.asOf, entry)) continue;
    const change = readChange(entry);
    if (!change) continue;
    const isAmong = isCounted(filter, entry, find);
    next.asOf = cursor;
    if (isAmong === undefined) uncertain = true;
    if (!isAmong) continue;
    for (const [name, by] of change) {
      if (next[name] >= limits.counted && by < 0) uncertain = true;
      next[name] = next[name] >= limits.counted ? limits.counted : next[name] + by;
    }
  }
  return next.asOf === counts.asOf ? { counts, uncertain: false } : { counts: next, uncertain };
}

/** What an event does to the numbers. A guard lets only what is active be aborted or ended. */
function readChange({ kind }: PulseEvent): [Status | 'all', number][] | undefined {
  switch (splitKind(kind).tail) {
    case control.start:
      return [
        ['active', 1],
        ['all', 1],
      ];
    case control.abort:
      return [
        ['active', -1],
        ['aborted', 1],
      ];
    case control.end:
      return [
        ['active', -1],
        ['ended', 1],
      ];
    default:
      return undefined;
  }
}

function isCounted(
  filter: CountsFilter,
  event: PulseEvent,
  find: (key: string) => Workflow | undefined,
): boolean | undefined {
  const { name, startedAfter, startedBefore } = filter;
  if (name && splitKind(event.kind).name !== name) return false;
  if (!startedAfter && !startedBefore) return true;
  const workflow = splitKind(event.kind).tail === control.start ? evolve(null, event) : find(event.key);
  return workflow ? matchesFilter(filter, workflow) : undefined;
}
