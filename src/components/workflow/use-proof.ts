'use client';
import { type Proof, readProof } from './proof.ts';
import { toLastEventsInput, toLateWritesInput } from './proof-input.ts';
import { joinPages } from './read-trail.ts';
import { useTrailEnd } from './use-trail.ts';

/** What the trail proves about the abort of a workflow, kept true; undefined until it is read. */
export function useProof(key: string, { enabled }: { enabled: boolean }): Proof | undefined {
  const events = useTrailEnd(toLastEventsInput(key), { enabled });
  const refusals = useTrailEnd(toLateWritesInput(key), { enabled });
  if (!events || !refusals) return undefined;
  return readProof([...joinPages(events), ...joinPages(refusals)]);
}
