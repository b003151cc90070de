import 'server-only';
import type { LiveStartPoint } from '#components/live/live-provider.tsx';
import { formatCursor } from '#domain/cursor.ts';
import { listEvents } from '#server/events/list-events.ts';
import type { Pulse } from '#server/pulse.ts';

/** Reads where the log ends now: from there the browser follows it. Read it before the page's data. */
export async function readLiveStart(pulse: Pulse): Promise<LiveStartPoint> {
  const head = await pulse.head();
  if (head.position === 0) return { asOf: formatCursor(head), lastEntryAt: null };
  const { events } = await listEvents(pulse, { after: String(head.position - 1), limit: 1 });
  return { asOf: formatCursor(head), lastEntryAt: events[0]?.occurredAt ?? null };
}
