import type { TimelineEntry } from '#domain/event.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';

/** What a worker knows of a key, which others may have changed since. */
export interface Known {
  sequence: number;
  workflow: Workflow | null;
}

export const nothingKnown: Known = { sequence: 0, workflow: null };

/** Learns from one entry of the log. */
export function learn(view: Map<string, Known>, entry: TimelineEntry): void {
  if (entry.type === 'refusal') return;
  const { workflow } = view.get(entry.key) ?? nothingKnown;
  view.set(entry.key, { sequence: entry.sequence, workflow: evolve(workflow, entry) });
}
