import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { canonicalJson, findJsonProblem, type Json } from '#domain/json.ts';
import type { FoundEvent } from './finding.ts';

/** How an export is written: one event a line, either way. */
export type ExportFormat = 'jsonl' | 'csv';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The last line of an export: what it holds, so that a file that was cut off is noticed. */
export const Seal = z.strictObject({
  version: z.literal(1),
  logId: z.string(),
  /** The key whose events these are, or null for the whole log. */
  key: z.string().nullable(),
  /** How many events, and the chain over them. */
  size: z.int(),
  root: Sha256,
  exportedAt: z.string(),
});
export type Seal = z.infer<typeof Seal>;

export type ExportLine = { event: FoundEvent } | { seal: Seal };

const JsonValue = z.custom<Json>((value) => findJsonProblem(value) === undefined);

const ExportedEvent = z.strictObject({
  position: z.int(),
  key: z.string(),
  sequence: z.int(),
  kind: z.string(),
  payload: JsonValue,
  actor: JsonValue,
  occurredAt: z.string(),
  hash: Sha256,
  chain: Sha256.optional(),
});

const columns = ['position', 'key', 'sequence', 'kind', 'payload', 'actor', 'occurredAt', 'hash'] as const;
const textColumns: ReadonlySet<string> = new Set(['key', 'kind', 'payload', 'actor']);

/** The line before the events: a CSV file has one. */
export function formatHead(format: ExportFormat, { whole }: { whole: boolean }): string | undefined {
  return format === 'csv' ? [...columns, ...(whole ? ['chain'] : [])].join(',') : undefined;
}

/** Finds out from a file's first line how it is written; undefined when it is no export. */
export function recogniseFormat(firstLine: string): ExportFormat | undefined {
  if (firstLine.startsWith('{')) return 'jsonl';
  return [true, false].some((whole) => firstLine === formatHead('csv', { whole })) ? 'csv' : undefined;
}

/** Writes a line, without its end. There is one way to write each. */
export function formatLine(format: ExportFormat, line: ExportLine): string {
  if (format === 'jsonl') return canonicalJson(('event' in line ? toMembers(line.event) : line) as Json);
  if ('seal' in line) return `,,,"seal",${quote(canonicalJson(line.seal))},,,${line.seal.key === null ? ',' : ''}`;
  const { chain, ...event } = toMembers(line.event);
  const cells = columns.map((name) => {
    const cell = name === 'payload' || name === 'actor' ? canonicalJson(event[name] as Json) : String(event[name]);
    return textColumns.has(name) ? quote(cell) : cell;
  });
  return [...cells, ...(chain === undefined ? [] : [chain])].join(',');
}

/**
 * Reads a line. **Shape** undefined when it is not written exactly as {@link formatLine} would: spaces, doubled members
 * or digits that a JavaScript number does not have would be a second way to say the same.
 */
export function parseLine(format: ExportFormat, text: string): ExportLine | undefined {
  try {
    const line = format === 'jsonl' ? parseJsonLine(text) : parseCsvLine(text);
    return formatLine(format, line) === text ? line : undefined;
  } catch {
    return undefined;
  }
}

function toMembers({ position, key, sequence, kind, payload, actor, occurredAt, hash, chain }: FoundEvent) {
  return { position, key, sequence, kind, payload, actor, occurredAt, hash, ...(chain !== undefined && { chain }) };
}

function parseJsonLine(text: string): ExportLine {
  const value = JSON.parse(text);
  return 'seal' in value ? { seal: Seal.parse(value.seal) } : { event: toEvent(value) };
}

function parseCsvLine(text: string): ExportLine {
  const cells = [...`,${text}`.matchAll(/,(?:"([^"]*(?:""[^"]*)*)"|([^",]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );
  const [position, key, sequence, kind, payload = '', actor = '', occurredAt, hash, chain] = cells;
  if (position === '' && kind === 'seal') return { seal: Seal.parse(JSON.parse(payload)) };
  return {
    event: toEvent({
      position: Number(position),
      key,
      sequence: Number(sequence),
      kind,
      payload: JSON.parse(payload),
      actor: JSON.parse(actor),
      occurredAt,
      hash,
      ...(chain !== undefined && { chain }),
    }),
  };
}

function toEvent(value: unknown): FoundEvent {
  const { chain, actor, ...event } = ExportedEvent.parse(value);
  return { ...event, actor: actor as unknown as Actor, ...(chain !== undefined && { chain }) };
}

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}
