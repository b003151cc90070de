import { describeFirst } from '#domain/issue.ts';
import { KindPattern } from '#domain/kind.ts';
import { isOpen, TrailFilter } from '#domain/trail-filter.ts';

export type Order = 'asc' | 'desc';

export const modes = ['full', 'compact', 'raw'] as const;
export type Mode = (typeof modes)[number];

export const panels = ['trail', 'output'] as const;

/** What of a workflow's page is looked at: all that its address says besides the key. */
export interface TrailView {
  order: Order;
  mode: Mode;
  /** The filter's fields as they were typed, whether they make sense or not. */
  filter: { kind: string; actor: string; find: string; type: '' | 'event' | 'refusal' };
  /** The entry that is open, such as `e4812` or `r7`. */
  entry: string | null;
  /** The position at which the workflow is looked at; null for now. */
  at: number | null;
  panel: (typeof panels)[number];
}

/** Reads the view that an address asks for: the newest first and now, unless it says otherwise. */
export function readTrailView(query: { get(name: string): string | null }): TrailView {
  const text = (name: string) => query.get(name) ?? '';
  const type = text('type');
  return {
    order: text('order') === 'asc' ? 'asc' : 'desc',
    mode: modes.find((mode) => mode === text('mode')) ?? 'full',
    filter: {
      kind: text('kind'),
      actor: text('actor'),
      find: text('find'),
      type: type === 'event' || type === 'refusal' ? type : '',
    },
    entry: /^[er]\d{1,15}$/.test(text('entry')) ? text('entry') : null,
    at: readPosition(text('at')),
    panel: panels.find((panel) => panel === text('panel')) ?? 'trail',
  };
}

/** Writes a view as the query of an address: only what is not as usual. */
export function toTrailQuery({ order, mode, filter, entry, at, panel }: TrailView): string {
  const query = new URLSearchParams({
    ...(order === 'asc' && { order }),
    ...(mode !== 'full' && { mode }),
    ...Object.fromEntries(Object.entries(filter).filter(([, text]) => text !== '')),
    ...(entry && { entry }),
    ...(at !== null && { at: String(at) }),
    ...(panel !== 'trail' && { panel }),
  }).toString();
  return query && `?${query}`;
}

/** The filter that the fields stand for; what makes no sense lets nothing be asked for. */
export function toTrailFilter({ kind, actor, find, type }: TrailView['filter']): {
  filter: TrailFilter;
  problem: string | null;
} {
  const wanted = kind === '' ? undefined : KindPattern.safeParse(kind);
  const filter = TrailFilter.safeParse({
    ...(wanted?.data && { kind: wanted.data }),
    ...(actor && { actor }),
    ...(find && { find }),
    ...(type && { type }),
  });
  return {
    filter: filter.data ?? {},
    problem: describeFirst(wanted?.error ?? filter.error) ?? null,
  };
}

/** Which trail it is: the input of its query. */
export interface TrailInput {
  key: string;
  order: Order;
  limit: number;
  filter?: TrailFilter;
  /** The position of the event to begin at, with what is on either side of it. */
  around?: number;
  /** Nothing behind this position. */
  until?: number;
}

/** The trail that a view of a workflow shows. */
export function toTrailInput(
  key: string,
  view: Pick<TrailView, 'order' | 'filter' | 'at'>,
  around?: number,
): TrailInput {
  const { filter } = toTrailFilter(view.filter);
  return {
    key,
    order: view.order,
    limit: 100,
    ...(!isOpen(filter) && { filter }),
    ...(view.at !== null && { until: view.at }),
    ...(around !== undefined && isOpen(filter) && { around }), // A filter looks through all of the trail.
  };
}

/** The position of an event's entry; undefined for a refusal's, which has none of its own. */
export function positionOf(entry: string | null): number | undefined {
  return entry?.startsWith('e') ? (readPosition(entry.slice(1)) ?? undefined) : undefined;
}

function readPosition(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
