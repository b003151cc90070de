import type { TimelineEntry } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';

/** What to tell someone who listens to the page about entries that have arrived; empty when no status changed. */
export function announce(entries: readonly TimelineEntry[]): string {
  const changes = entries.flatMap((entry) => {
    if (entry.type === 'refusal') return [];
    const { tail } = splitKind(entry.kind);
    if (tail === control.start) return [`${entry.key} started`];
    if (tail === control.abort) return [`${entry.key} aborted by ${entry.actor.name}`];
    if (tail === control.end) return [`${entry.key} ended`];
    return [];
  });
  return changes.length > 3 ? `${changes.length} workflows changed their status` : changes.join(', ');
}
