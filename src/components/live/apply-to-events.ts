import type { InfiniteData } from '@tanstack/react-query';
import type { PulseEvent } from '#domain/event.ts';
import { matchesKind } from '#domain/kind.ts';
import { isCovered, type LiveEntry, laterOf } from './entry.ts';

/** Which part of the log is looked at. */
export interface EventsFilter {
  kind?: string | undefined;
  key?: string | undefined;
}

/**
 * The log read backwards, newest first. `before` is the position below which to read on, null at the start of the log; `missed`
 * tells how many have come in front that are not kept.
 */
export interface EventsPage {
  events: PulseEvent[];
  before: number | null;
  asOf: string;
  missed?: number;
}

export type EventLog = InfiniteData<EventsPage, number | null>;

/** Lets go of all but the newest events of a log that was followed for long. What is gone is read again by scrolling there. */
export function trimEvents(log: EventLog, keep: number): EventLog {
  const [first] = log.pages;
  const events = log.pages.flatMap((page) => page.events);
  const oldest = events[keep - 1];
  if (!first || !oldest || events.length === keep) return log;
  return { pages: [{ ...first, events: events.slice(0, keep), before: oldest.position }], pageParams: [null] };
}

/** Lets go of the newest events of a log, which nobody has looked at; how many those are is kept. */
export function missNewest(log: EventLog, count: number): EventLog {
  const [first] = log.pages;
  if (!first) return log;
  const kept = { ...first, events: first.events.slice(count), missed: (first.missed ?? 0) + count };
  return { ...log, pages: log.pages.with(0, kept) };
}

/** Puts new events in front of the log. **Shape** the same log when nothing changed. */
export function applyToEvents(log: EventLog, { kind, key }: EventsFilter, entries: readonly LiveEntry[]): EventLog {
  const page = log.pages[0];
  if (!page) return log;
  const added: PulseEvent[] = [];
  let { asOf } = page;
  for (const { entry, cursor } of entries) {
    if (entry.type !== 'event' || isCovered(asOf, entry)) continue;
    if ((kind && !matchesKind(kind, entry.kind)) || (key && entry.key !== key)) continue;
    const { type: _type, ...event } = entry;
    added.push(event);
    asOf = laterOf(asOf, cursor);
  }
  if (added.length === 0) return log;
  return { ...log, pages: log.pages.with(0, { ...page, asOf, events: [...added.reverse(), ...page.events] }) };
}
