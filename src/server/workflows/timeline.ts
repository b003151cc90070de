import { z } from 'zod';
import { type Cursor, formatCursor } from '#domain/cursor.ts';
import { Key, type TimelineEntry } from '#domain/event.ts';
import { limits } from '#domain/limits.ts';
import { readLog, readLogBackwards, resolveCursor } from '../log/read.ts';
import { Direction } from '../parse-input.ts';
import type { Pulse } from '../pulse.ts';
import { workflowNotFound } from './get.ts';

export const GetTimeline = z.strictObject({
  key: Key,
  limit: z.number().int().min(1).max(limits.pageItems).default(200),
  /** `nextCursor` of the page before. */
  cursor: z.string().max(100).nullish(),
  order: z.enum(['asc', 'desc']).default('asc'),
  direction: Direction,
});

export interface TimelinePage {
  entries: TimelineEntry[];
  nextCursor: string | null;
  /** Where the log ended when this was read: follow the log from here. */
  asOf: string;
}

/**
 * Reads the audit trail of a key: its events, and the attempts that a guard refused, in the order in which they happened.
 *
 * **Errors** `NOT_FOUND` when the key has neither.
 */
export async function getTimeline(pulse: Pulse, input: z.output<typeof GetTimeline>): Promise<TimelinePage> {
  const { key, limit, order } = input;
  const head = await pulse.head();
  const cursor = input.cursor ? await resolveCursor(pulse.prisma, input.cursor, head, 'cursor') : undefined;
  const filter = { key };
  const page =
    order === 'asc'
      ? await readLog(pulse.prisma, { after: cursor ?? startOf(head), until: head, limit, filter })
      : await readLogBackwards(pulse.prisma, { until: cursor ?? head, limit, filter });
  if (!cursor && page.entries.length === 0) throw workflowNotFound(key);
  return {
    entries: page.entries.map(({ entry }) => entry),
    nextCursor: page.complete ? null : formatCursor(page.next),
    asOf: formatCursor(head),
  };
}

function startOf(head: Cursor): Cursor {
  return { ...head, position: 0, refusals: 0 };
}
