import { Key } from '#domain/event.ts';
import { describeFirst } from '#domain/issue.ts';
import { KindPattern } from '#domain/kind.ts';
import type { EventsFilter } from '../live/apply-to-events.ts';

/** What the page's fields hold, whether it makes sense or not. */
export interface EventsParams {
  kind: string;
  key: string;
  /** The position of the event that is open; null for none. */
  open: number | null;
}

export function readEventsParams(query: { get(name: string): string | null }): EventsParams {
  const open = query.get('open') ?? '';
  return {
    kind: query.get('kind') ?? '',
    key: query.get('key') ?? '',
    open: /^[1-9]\d{0,14}$/.test(open) ? Number(open) : null,
  };
}

export function toEventsHref({ kind, key, open }: Partial<EventsParams>): string {
  const query = new URLSearchParams({
    ...(kind && { kind }),
    ...(key && { key }),
    ...(open && { open: String(open) }),
  }).toString();
  return query ? `/events?${query}` : '/events';
}

/** The filter that the fields stand for, or what is wrong with which of them. */
export function toEventsFilter({ kind, key }: Pick<EventsParams, 'kind' | 'key'>): {
  filter: EventsFilter;
  problem: { what: 'kindProblem' | 'keyProblem'; why: string } | null;
} {
  const checkedKind = kind === '' ? undefined : KindPattern.safeParse(kind);
  const checkedKey = key === '' ? undefined : Key.safeParse(key);
  const filter = {
    ...(checkedKind?.data && { kind: checkedKind.data }),
    ...(checkedKey?.data && { key: checkedKey.data }),
  };
  const wrongKind = describeFirst(checkedKind?.error);
  const wrongKey = describeFirst(checkedKey?.error);
  if (wrongKind !== undefined) return { filter, problem: { what: 'kindProblem', why: wrongKind } };
  return { filter, problem: wrongKey === undefined ? null : { what: 'keyProblem', why: wrongKey } };
}
