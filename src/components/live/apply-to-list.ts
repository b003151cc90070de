import type { InfiniteData } from '@tanstack/react-query';
import type { PulseEvent } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';
import { evolve, type Status, type Workflow } from '#domain/workflow.ts';
import { isCovered, type LiveEntry, laterOf } from './entry.ts';
import type { PagePlace } from './page-place.ts';

/** Which workflows a list holds. */
export interface ListFilter {
  status?: Status[] | undefined;
  name?: string | undefined;
  parent?: string | undefined;
  search?: string | undefined;
  /** Exactly the name of who started it. */
  startedBy?: string | undefined;
  startedAfter?: string | undefined;
  startedBefore?: string | undefined;
}

/** The input of `workflow.list`: by start the newest first, or with `asc` the oldest. */
export type ListInput = ListFilter & { order?: 'asc' | 'desc' | undefined };

export interface WorkflowPage {
  items: Workflow[];
  nextCursor: string | null;
  asOf: string;
}

/** Pages of workflows in the order of their start: all of the list, or those around where one looks. */
export type WorkflowList = InfiniteData<WorkflowPage, PagePlace | null | undefined>;

/**
 * Applies entries of the log to a list.
 *
 * A workflow that stops matching the filter stays in its place, changed, until {@link sweepList} takes it away.
 * **Shape** the same list when nothing changed. `missing` are the keys of workflows that belong into the list by what has
 * happened to them, but of which nothing is known here (`find` gives none): read those and {@link placeWorkflow} them.
 */
export function applyToList(
  list: WorkflowList,
  input: ListInput,
  entries: readonly LiveEntry[],
  find: (key: string) => Workflow | undefined,
): { list: WorkflowList; missing: string[] } {
  const missing: string[] = [];
  const keys = new Set(list.pages.flatMap(({ items }) => items.map(({ key }) => key)));
  let next = list;
  for (const { entry, cursor } of entries) {
    if (entry.type === 'refusal') continue;
    const before = next;
    const known = keys.has(entry.key) ? findInList(next, entry.key) : undefined;
    if (known) next = placeWorkflow(next, input, evolve(known, entry) as Workflow);
    else if (!isCovered(next.pages[0]?.asOf ?? '', entry)) {
      const workflow = become(entry, input, find);
      if (workflow === 'unknown') missing.push(entry.key);
      else if (workflow) next = placeWorkflow(next, input, workflow);
      keys.add(entry.key);
    }
    if (next !== before) next = changePage(next, 0, (page) => ({ ...page, asOf: laterOf(page.asOf, cursor) }));
  }
  return { list: next, missing };
}

/** What an event makes of a workflow outside of the list, if that may belong into it. */
function become(
  event: PulseEvent,
  filter: ListFilter,
  find: (key: string) => Workflow | undefined,
): Workflow | 'unknown' | null {
  const { tail } = splitKind(event.kind);
  if (tail === control.start) return evolve(null, event);
  // Only an abort or an end changes what a filter looks at.
  const status = tail === control.abort ? 'aborted' : tail === control.end ? 'ended' : undefined;
  if (!status || !holdsStatus(filter, status)) return null;
  const known = find(event.key);
  return known ? evolve(known, event) : 'unknown';
}

/** Puts a workflow as it is now into a list: over its older self, or where its start belongs if it matches and that is loaded. */
export function placeWorkflow(list: WorkflowList, input: ListInput, workflow: Workflow): WorkflowList {
  for (const [index, { items }] of list.pages.entries()) {
    const at = items.findIndex(({ key }) => key === workflow.key);
    if (at === -1) continue;
    if ((items[at] as Workflow).position >= workflow.position) return list;
    return changePage(list, index, (page) => ({ ...page, items: page.items.with(at, workflow) }));
  }
  return matchesFilter(input, workflow) ? insert(list, input, workflow) : list;
}

function insert(list: WorkflowList, { order }: ListInput, workflow: Workflow): WorkflowList {
  const follows = ({ startedAt }: Workflow) =>
    order === 'asc' ? startedAt > workflow.startedAt : startedAt <= workflow.startedAt;
  for (const [index, { items }] of list.pages.entries()) {
    const at = items.findIndex(follows);
    if (index === 0 && at === 0 && list.pageParams[0]?.before) return list; // It stands above those that are kept.
    if (at !== -1)
      return changePage(list, index, (page) => ({ ...page, items: page.items.toSpliced(at, 0, workflow) }));
  }
  const last = list.pages.length - 1;
  if (last < 0 || list.pages[last]?.nextCursor !== null) return list; // It stands on a page that is yet to be read.
  return changePage(list, last, (page) => ({ ...page, items: [...page.items, workflow] }));
}

/** Takes away the given workflows, where they do not match the filter any more. */
export function sweepList(list: WorkflowList, filter: ListFilter, keys: ReadonlySet<string>): WorkflowList {
  const goes = (workflow: Workflow) => keys.has(workflow.key) && !matchesFilter(filter, workflow);
  if (!list.pages.some(({ items }) => items.some(goes))) return list;
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.filter((item) => !goes(item)) })) };
}

/** Whether `workflow.list` with this filter would give the workflow. */
export function matchesFilter(filter: ListFilter, workflow: Workflow): boolean {
  const { name, parent, search, startedBy, startedAfter, startedBefore } = filter;
  if (!holdsStatus(filter, workflow.status)) return false;
  if (name && workflow.name !== name) return false;
  if (startedBy && workflow.startedBy.name !== startedBy) return false;
  if (parent && workflow.parent !== parent) return false;
  if (startedAfter && Date.parse(workflow.startedAt) < Date.parse(startedAfter)) return false;
  if (startedBefore && Date.parse(workflow.startedAt) >= Date.parse(startedBefore)) return false;
  if (!search) return true;
  const wanted = search.toLowerCase();
  const texts = [workflow.key, workflow.reason, workflow.startedBy.name, workflow.abortedBy?.name];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}

/** Finds a workflow in the loaded part of a list. */
export function findInList(list: WorkflowList, key: string): Workflow | undefined {
  for (const { items } of list.pages) {
    const found = items.find((item) => item.key === key);
    if (found) return found;
  }
  return undefined;
}

function holdsStatus({ status }: ListFilter, wanted: Status): boolean {
  return !status || status.length === 0 || status.includes(wanted);
}

function changePage(
  list: WorkflowList,
  index: number,
  change: (page: WorkflowList['pages'][number]) => WorkflowList['pages'][number],
): WorkflowList {
  return { ...list, pages: list.pages.map((page, at) => (at === index ? change(page) : page)) };
}
