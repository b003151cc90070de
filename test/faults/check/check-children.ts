import { control, splitKind } from '#domain/kind.ts';
import type { Workflow } from '#domain/workflow.ts';
import { cascades } from '#server/workflows/finish-cascades.ts';
import type { History } from '../history.ts';

/** Nothing begins under a parent that is over, and an abort reaches every child that lives then, by an event that names it. */
export function checkChildren({ events, streams }: History): string[] {
  const problems: string[] = [];
  const ends = new Map(
    events
      .filter(({ kind, key }) => closing.has(splitKind(kind).tail) && streams.get(key)?.workflow)
      .map((event) => [event.key, event]),
  );
  for (const { key, position } of events.filter(({ kind }) => splitKind(kind).tail === control.start)) {
    const { parent, status } = (streams.get(key)?.workflow ?? {}) as Partial<Workflow>;
    const over = parent ? ends.get(parent) : undefined;
    if (!over) continue;
    const what = `${key} is a child of ${parent}, which was over at ${over.position}`;
    if (over.position < position) problems.push(`${what}, and began at ${position}`);
    if (splitKind(over.kind).tail !== control.abort || !cascades(over.payload)) continue;
    const end = ends.get(key);
    if (end && end.position < over.position) continue;
    if (status === 'active') problems.push(`${what} by an abort, and is still active`);
    const { cause } = (end?.payload ?? {}) as { cause?: { key: string; position: number } };
    const isTold = cause?.key === parent && cause?.position === over.position;
    if (end && splitKind(end.kind).tail === control.abort && !isTold)
      problems.push(`${what}, and its own abort at ${end.position} does not name that`);
  }
  return problems;
}

const closing = new Set<string>([control.abort, control.end]);
