import type { Witness } from './explain.ts';
import type { FoundEvent, Link } from './finding.ts';
import { followKeys } from './follow-keys.ts';
import type { ExportFiles } from './read-export.ts';
import { type Anchor, type Walk, walkEvents } from './walk.ts';

/**
 * Walks an export, as often as its keys need.
 *
 * **Shape** the first walk, and the one that stopped at the first problem, if one did.
 */
export async function walkExport(
  { whole, read }: ExportFiles,
  {
    anchors,
    maxKeys,
    before = Number.POSITIVE_INFINITY,
    takeLinks,
  }: {
    anchors: readonly Anchor[];
    maxKeys?: number | undefined;
    /** Stop at this position. */
    before?: number;
    /** Takes the last event of each key, in shares, while no problem was found. */
    takeLinks?: (links: ReadonlyMap<string, Link>) => Promise<void>;
  },
): Promise<{ first: Walk; stopped: Walk }> {
  const witness: Witness = {
    findEvents: (key, sequence) => collectEvents(read(), key, sequence),
    wasWrittenLate: async () => false,
  };
  const walks = followKeys(read, { maxKeys });
  let first: Walk | undefined;
  let stopped: Walk | undefined;
  for (let next = walks.next(); next; next = walks.next()) {
    const limit = stopped?.problem?.position ?? before;
    const walk = await walkEvents(next.items, { whole, witness, anchors, before: limit });
    first ??= walk;
    if (!stopped || walk.problem) stopped = walk;
    if (!stopped.problem) await takeLinks?.(next.links);
  }
  return { first, stopped } as { first: Walk; stopped: Walk }; // There is always a first walk.
}

async function collectEvents(
  items: AsyncIterable<FoundEvent | object>,
  key: string,
  sequence: number,
): Promise<FoundEvent[]> {
  const found: FoundEvent[] = [];
  for await (const item of items) {
    if ('position' in item && item.key === key && item.sequence === sequence) found.push(item);
  }
  return found;
}
