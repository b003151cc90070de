import type { Query, QueryClient } from '@tanstack/react-query';
import { evolve, type Workflow } from '#domain/workflow.ts';
import { applyToCounts, type Counts, type CountsFilter } from './apply-to-counts.ts';
import { applyToEvents, type EventLog, type EventsFilter } from './apply-to-events.ts';
import {
  applyToList,
  findInList,
  type ListInput,
  placeWorkflow,
  sweepList,
  type WorkflowList,
} from './apply-to-list.ts';
import { applyToRounds, type RoundsLog } from './apply-to-rounds.ts';
import { applyToTimeline, type Timeline, type TimelineFilter } from './apply-to-timeline.ts';
import type { LiveEntry } from './entry.ts';

/** The query that holds the log read backwards; the others have the keys that tRPC gives them. */
export const eventsQueryKey = (filter: EventsFilter) =>
  [['event', 'log'], { input: filter, type: 'infinite' }] as const;

/** A cached query that the stream keeps true. */
type LiveQuery =
  | { holds: 'workflow'; data: Workflow; key: string }
  | { holds: 'list'; data: WorkflowList; filter: ListInput }
  | { holds: 'counts'; data: Counts; filter: CountsFilter }
  | { holds: 'timeline'; data: Timeline; filter: TimelineFilter }
  | { holds: 'rounds'; data: RoundsLog; key: string }
  | { holds: 'events'; data: EventLog; filter: EventsFilter };

/** What the stream could not tell: it must be read. */
export interface Unknown {
  keys: Set<string>;
  counts: Set<Query>;
}

/** Reads what a cached query holds; undefined for one that does not follow the log, or has no data yet. */
export function readLiveQuery({ queryKey, state }: Pick<Query, 'queryKey' | 'state'>): LiveQuery | undefined {
  const [path, options] = queryKey as [unknown, { input?: unknown } | undefined];
  if (!Array.isArray(path) || state.data === undefined) return undefined;
  const input = options?.input ?? {};
  switch (path.join('.')) {
    case 'workflow.get':
      return { holds: 'workflow', data: state.data as Workflow, key: (input as { key: string }).key };
    case 'workflow.list':
      return { holds: 'list', data: state.data as WorkflowList, filter: input as ListInput };
    case 'workflow.count':
      return { holds: 'counts', data: state.data as Counts, filter: input as CountsFilter };
    case 'workflow.timeline':
      return { holds: 'timeline', data: state.data as Timeline, filter: input as TimelineFilter };
    case 'workflow.rounds':
      return { holds: 'rounds', data: state.data as RoundsLog, key: (input as { key: string }).key };
    case 'event.log':
      return { holds: 'events', data: state.data as EventLog, filter: input as EventsFilter };
    default:
      return undefined;
  }
}

/** The cursor at which a query's data was read, where it has one. */
export function findAsOf(live: LiveQuery): string | undefined {
  if (live.holds === 'workflow') return undefined;
  return live.holds === 'counts' ? live.data.asOf : live.data.pages[0]?.asOf;
}

/**
 * Applies entries of the log to every cached query, or to those given.
 *
 * **Shape** the keys of workflows that belong into a list and are not known here, see {@link applyToList}; and the counts
 * that must be read again, see {@link applyToCounts}.
 */
export function applyToCache(
  client: QueryClient,
  entries: readonly LiveEntry[],
  queries: readonly Query[] = client.getQueryCache().getAll(),
): Unknown {
  const unknown: Unknown = { keys: new Set(), counts: new Set() };
  for (const query of queries) {
    const live = readLiveQuery(query);
    if (!live) continue;
    const data = apply(client, query, live, entries, unknown);
    if (data !== live.data) client.setQueryData(query.queryKey, data);
  }
  return unknown;
}

function apply(client: QueryClient, query: Query, live: LiveQuery, entries: readonly LiveEntry[], unknown: Unknown) {
  switch (live.holds) {
    case 'workflow':
      return entries.reduce(
        (workflow, { entry }) =>
          entry.type === 'event' && entry.key === live.key ? (evolve(workflow, entry) as Workflow) : workflow,
        live.data,
      );
    case 'list': {
      const applied = applyToList(live.data, live.filter, entries, (key) => findWorkflow(client, key));
      for (const key of applied.missing) unknown.keys.add(key);
      return applied.list;
    }
    case 'counts': {
      const { counts, uncertain } = applyToCounts(live.data, live.filter, entries, (key) => findWorkflow(client, key));
      if (uncertain) unknown.counts.add(query);
      return counts;
    }
    case 'timeline':
      return applyToTimeline(live.data, live.filter, entries);
    case 'rounds':
      return applyToRounds(live.data, live.key, entries);
    case 'events':
      return applyToEvents(live.data, live.filter, entries);
  }
}

/** Puts a workflow as the server has answered it wherever it belongs. */
export function placeInCache(client: QueryClient, workflow: Workflow): void {
  for (const query of client.getQueryCache().getAll()) {
    const live = readLiveQuery(query);
    if (live?.holds === 'list') client.setQueryData(query.queryKey, placeWorkflow(live.data, live.filter, workflow));
    if (live?.holds === 'workflow' && live.key === workflow.key && live.data.position < workflow.position)
      client.setQueryData(query.queryKey, workflow);
  }
}

/** Takes workflows out of the lists that they have left. */
export function sweepCache(client: QueryClient, keys: ReadonlySet<string>): void {
  for (const query of client.getQueryCache().getAll()) {
    const live = readLiveQuery(query);
    if (live?.holds === 'list') client.setQueryData(query.queryKey, sweepList(live.data, live.filter, keys));
  }
}

/** Finds what is cached of a workflow, the newest there is. */
export function findWorkflow(client: QueryClient, key: string): Workflow | undefined {
  let newest: Workflow | undefined;
  for (const query of client.getQueryCache().getAll()) {
    const live = readLiveQuery(query);
    const found =
      live?.holds === 'list'
        ? findInList(live.data, key)
        : live?.holds === 'workflow' && live.key === key
          ? live.data
          : undefined;
    if (found && (!newest || found.position > newest.position)) newest = found;
  }
  return newest;
}
