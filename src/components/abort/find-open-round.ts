import type { TimelineEntry } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';

/** Since when the role of the latest round runs, and on which adapter; undefined when these entries do not tell. */
export function findOpenRound(
  entries: readonly TimelineEntry[],
  round: number,
): { since: string; adapter: string | null } | undefined {
  for (const entry of entries) {
    if (entry.type !== 'event' || splitKind(entry.kind).tail !== control.round) continue;
    const payload = entry.payload as { round?: unknown } | null;
    if (payload?.round !== round) continue;
    return { since: entry.occurredAt, adapter: entry.actor.type === 'adapter' ? entry.actor.name : null };
  }
  return undefined;
}
