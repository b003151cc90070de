import { isDeepStrictEqual } from 'node:util';
import type { TimelineEntry } from '#domain/event.ts';
import type { History } from '../history.ts';
import type { Journal, Subscription } from '../journal.ts';

/** Every subscriber was given exactly the part of the log that it asked for, in order and once, over all its connections. */
export function checkSubscriptions(history: History, { subscriptions }: Journal): string[] {
  const log = mergeLog(history);
  return [...subscriptions].flatMap(([name, { filter, entries }]) => {
    const expected = selectEntries(log, filter);
    const index = expected.findIndex((entry, place) => !isDeepStrictEqual(entry, entries[place]));
    if (index === -1 && entries.length === expected.length) return [];
    const place = index === -1 ? expected.length : index;
    return [
      `${name} was given ${describe(entries[place])} as number ${place + 1}, where the log has ${describe(expected[place])}`,
    ];
  });
}

/** The whole log: events by position, each refusal after the event that it followed. */
function mergeLog({ events, refusals }: Pick<History, 'events' | 'refusals'>): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    ...events.map((event) => ({ type: 'event' as const, ...event })),
    ...refusals.map((refusal) => ({ type: 'refusal' as const, ...refusal })),
  ];
  const place = (entry: TimelineEntry) => (entry.type === 'event' ? entry.position : entry.afterPosition + 0.5);
  return entries.sort((left, right) => place(left) - place(right)); // Stable: refusals stay in order.
}

export function selectEntries(log: TimelineEntry[], { key, eventsOnly }: Subscription['filter']): TimelineEntry[] {
  return log.filter((entry) => (key === undefined || entry.key === key) && !(eventsOnly && entry.type === 'refusal'));
}

function describe(entry: TimelineEntry | undefined): string {
  if (!entry) return 'nothing';
  return `${entry.kind} of ${entry.key}, ${entry.type} ${entry.type === 'event' ? entry.position : entry.id}`;
}
