import type { TimelineEntry } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';
import { readFacts } from './payload-facts.ts';

/** What the trail proves about an abort. */
export interface Proof {
  /** The position at which the abort was accepted. */
  acceptedAt: number;
  /** How the role that ran came to be dead, null while that is not on the trail. */
  stopped: { role: string | null; how: string | null; tookMs: number | null } | null;
  /** How many writes of the role came too late and were refused. */
  lateWrites: number;
}

/** Reads the proof of an abort from a trail, in any order. **Shape** undefined when these entries do not hold the abort. */
export function readProof(entries: readonly TimelineEntry[]): Proof | undefined {
  const abort = entries.find((entry) => entry.type === 'event' && splitKind(entry.kind).tail === control.abort);
  if (abort?.type !== 'event') return undefined;
  const proof: Proof = { acceptedAt: abort.position, stopped: null, lateWrites: 0 };
  for (const entry of entries) {
    const { tail } = splitKind(entry.kind);
    if (entry.type === 'refusal') {
      if (entry.afterPosition >= abort.position && entry.actor.type === 'adapter') proof.lateWrites += 1;
    } else if (entry.position > abort.position && tail === control.stopped) {
      const { role, how, tookMs } = readFacts(entry.payload);
      proof.stopped = { role, how, tookMs };
    }
  }
  return proof;
}
