import { control, splitKind } from '#domain/kind.ts';
import type { History } from '../history.ts';

/** Positions and refusals without a gap, sequences too, the chains intact, and nothing but `__stopped__` after a key's end. */
export function checkLog({ head, events, refusals, audit }: History): string[] {
  const problems: string[] = [];
  events.forEach(({ position }, index) => {
    if (position !== index + 1) problems.push(`position ${position} is the event number ${index + 1}`);
  });
  if (head.position !== events.length) problems.push(`the head is at ${head.position}, with ${events.length} events`);
  refusals.forEach(({ id }, index) => {
    if (id !== index + 1) problems.push(`refusal ${id} is number ${index + 1}`);
  });
  if (head.refusals !== refusals.length)
    problems.push(`the head counts ${head.refusals} refusals of ${refusals.length}`);
  if (!audit.ok) problems.push(`the audit at ${audit.problem?.position}: ${audit.problem?.reason}`);

  const closed = new Map<string, number>();
  const sequences = new Map<string, number>();
  for (const { key, kind, position, sequence } of events) {
    const { tail } = splitKind(kind);
    if (sequence !== (sequences.get(key) ?? 0) + 1) problems.push(`${key} has sequence ${sequence} at ${position}`);
    sequences.set(key, sequence);
    if (closed.has(key) && tail !== control.stopped)
      problems.push(`${kind} of ${key} at ${position} was accepted after its end at ${closed.get(key)}`);
    if (tail === control.abort || tail === control.end) closed.set(key, position);
  }
  return problems;
}
