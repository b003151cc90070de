import { parseCursor } from '#domain/cursor.ts';
import type { PulseEvent } from '#domain/event.ts';
import type { EventsFilter, EventsPage } from '../live/apply-to-events.ts';

/** Where events are read from: the server's own verbs, or the API. */
export interface EventSource {
  /** The cursor of the log's end. */
  asOf(): Promise<string>;
  list(input: { after: string; limit: number } & EventsFilter): Promise<{ events: PulseEvent[] }>;
}

const windowPositions = 1_000;
const smallWindowPositions = 100;
const enough = 50;
const maxWindows = 20;

/**
 * Reads the log backwards from a position, window by window, until there is enough or the log's start is reached.
 *
 * **Shape** newest first, none newer than `asOf`; `before` is null when nothing older is left, and is set on a page without
 * events where many others had to be passed over.
 */
export async function readEventsBefore(
  source: EventSource,
  filter: EventsFilter,
  before: number | null,
): Promise<EventsPage> {
  const asOf = await source.asOf();
  const window = filter.kind || filter.key ? windowPositions : smallWindowPositions;
  const events: PulseEvent[] = [];
  let end = before ?? (parseCursor(asOf)?.position ?? 0) + 1;
  for (let windows = 0; windows < maxWindows && end > 1 && events.length < enough; windows += 1) {
    const start = Math.max(0, end - 1 - window);
    const page = await source.list({ ...filter, after: String(start), limit: window });
    events.push(...page.events.filter(({ position }) => position < end).reverse());
    end = start + 1;
  }
  return { events, before: end > 1 ? end : null, asOf };
}
