import type { Json } from '#domain/json.ts';
import { ana } from '#test/pulse.ts';
import { extendChain, hashEvent, zeroHash } from '../../log/hash.ts';
import { type ExportFormat, formatHead, formatLine, type Seal } from '../export-format.ts';
import type { FoundEvent } from '../finding.ts';

/** A log in memory: events with their hashes, as appends of these keys and payloads would have made them. */
export function makeLog(
  appends: readonly (readonly [key: string, payload?: Json])[],
): Required<Omit<FoundEvent, 'defect'>>[] {
  const ends = new Map<string, { sequence: number; hash: string }>();
  let chain = zeroHash;
  return appends.map(([key, payload = {}], index) => {
    const end = ends.get(key) ?? { sequence: 0, hash: zeroHash };
    const content = { key, sequence: end.sequence + 1, kind: 'note.written', payload, actor: ana, occurredAt };
    const hash = hashEvent(end.hash, content);
    ends.set(key, { sequence: content.sequence, hash });
    chain = extendChain(chain, hash);
    return { position: index + 1, ...content, hash, chain };
  });
}

const occurredAt = '2026-01-01T00:00:00.000Z';

/** The lines of an export of it. */
export function exportLines(format: ExportFormat, events: readonly FoundEvent[], key: string | null = null): string[] {
  const mine: readonly FoundEvent[] =
    key === null ? events : events.filter((event) => event.key === key).map(({ chain: _, ...event }) => event);
  const end = mine.at(-1);
  const root = (key === null ? end?.chain : end?.hash) ?? zeroHash;
  const seal: Seal = { version: 1, logId: 'k3v9x0q2', key, size: mine.length, root, exportedAt: occurredAt };
  return [
    ...[formatHead(format, { whole: key === null }) ?? []].flat(),
    ...mine.map((event) => formatLine(format, { event })),
    formatLine(format, { seal }),
  ];
}
