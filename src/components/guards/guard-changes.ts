import type { PulseEvent } from '#domain/event.ts';
import { AppliedGuard, guardChange, SwitchedGuard } from '#domain/guard-change.ts';

/** A change of a guard, as the log tells of it. */
export interface GuardChange {
  event: PulseEvent;
  /** The version that was applied; null where it was switched. */
  version: string | null;
  enabled: boolean;
}

/** Reads what was changed about each guard from the log's own events. **Shape** by name, the newest first. */
export function readChanges(events: readonly PulseEvent[]): Map<string, GuardChange[]> {
  const changes = new Map<string, GuardChange[]>();
  for (const event of events) {
    const applied = event.kind === guardChange.apply ? AppliedGuard.safeParse(event.payload).data : undefined;
    const isSwitch = event.kind === guardChange.disable || event.kind === guardChange.enable;
    const name = applied?.definition.name ?? (isSwitch ? SwitchedGuard.safeParse(event.payload).data?.name : undefined);
    if (name === undefined) continue;
    const change = { event, version: applied?.version ?? null, enabled: event.kind !== guardChange.disable };
    changes.set(name, [change, ...(changes.get(name) ?? [])]);
  }
  return changes;
}
