import { styleText } from 'node:util';
import type { PulseEvent, TimelineEntry } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';
import { toJsonLine } from './print.ts';
import { clipToTerminal, type Style } from './table.ts';
import { clip, measureColumns, pad, toPrintable } from './text.ts';
import { formatAge, formatExact } from './time.ts';
import { formatActor } from './workflow.ts';

// Lines appear one after the other, so their columns cannot be measured first; a longer text moves its own line.
const kindColumns = 22;
const actorColumns = 18;
const keyColumns = 20;
const payloadColumns = 160;

/** One line of a workflow's audit trail: position, time, age, kind, actor, and what the event says or why it was refused. */
export function formatEntry(entry: TimelineEntry, nowMs: number): string {
  if (entry.type === 'event')
    return joinLine(entry, [String(entry.position), formatTimes(entry.occurredAt, nowMs)], entry);
  const why = `refused by ${entry.guard} in ${toJsonLine(entry.state)}, where ${entry.check} does not hold`;
  return joinLine(entry, ['refused', formatTimes(entry.occurredAt, nowMs)], why, 'yellow');
}

/** One line of the log: as in a trail, and with the key. */
export function formatEvent(event: PulseEvent): string {
  return joinLine(
    event,
    [String(event.position), formatExact(event.occurredAt), pad(toPrintable(event.key), keyColumns)],
    event,
  );
}

function joinLine(
  { kind, actor }: Pick<PulseEvent, 'kind' | 'actor'>,
  [place = '', ...middle]: string[],
  says: string | Pick<PulseEvent, 'payload'>,
  style: Style | undefined = styleOf(kind),
): string {
  const shownKind = pad(toPrintable(kind), kindColumns);
  const before = [pad(place, 7, 'right'), ...middle];
  const after = pad(toPrintable(formatActor(actor)), actorColumns);
  const start = measureColumns([...before, shownKind, after, ''].join('  '));
  const text = clipToTerminal(
    clip(toPrintable(typeof says === 'string' ? says : formatPayload(says)), payloadColumns),
    start,
  );
  return [...before, style ? styleText(style, shownKind) : shownKind, after, text].join('  ').trimEnd();
}

function formatTimes(iso: string, nowMs: number): string {
  return `${formatExact(iso)}  ${pad(formatAge(iso, nowMs), 14)}`;
}

function formatPayload({ payload }: Pick<PulseEvent, 'payload'>): string {
  const json = toJsonLine(payload);
  return json === '{}' || json === 'null' ? '' : json;
}

function styleOf(kind: string): Style | undefined {
  const { tail } = splitKind(kind);
  if (tail === control.abort || tail === control.stopped) return 'red';
  return tail === control.start || tail === control.end ? 'bold' : undefined;
}
