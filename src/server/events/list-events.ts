import { z } from 'zod';
import { formatCursor } from '#domain/cursor.ts';
import { Key, type PulseEvent } from '#domain/event.ts';
import { KindPattern } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import { readLog, resolveCursor, type TailEntry } from '../log/read.ts';
import type { Pulse } from '../pulse.ts';

/** Which events, and after which cursor. */
export const EventFilter = z.strictObject({
  /** A cursor, a position, or `latest`. Default: the start of the log. */
  after: z.string().max(100).optional(),
  key: z.optional(Key),
  kind: z.optional(KindPattern),
});

export const ListEvents = EventFilter.extend({
  limit: z.number().int().min(1).max(limits.pageItems).default(200),
});

/** Where others have to be passed over. */
const rowsPerRead = 500;
const maxReads = 40;

/**
 * Reads a page of the log.
 *
 * **Shape** at most `limit` events, fewer also where they are large or many others had to be passed over; `nextCursor` is
 * null when nothing is left.
 */
export async function listEvents(
  pulse: Pulse,
  { after, key, kind, limit }: z.output<typeof ListEvents>,
): Promise<{ events: PulseEvent[]; nextCursor: string | null }> {
  const head = await pulse.head();
  const filter = { key, kind, eventsOnly: true };
  const passesOver = kind !== undefined && (key !== undefined || kind.includes('*'));
  const rows = passesOver ? rowsPerRead : limit + 1;
  const found: TailEntry[] = [];
  let cursor = await resolveCursor(pulse.prisma, after, head);
  let complete = false;
  let characters = 0; // Of what is held: what was passed over is not.
  for (let reads = 0; reads < maxReads && !complete && found.length < limit; reads += 1) {
    if (characters > limits.pageCharacters) break;
    const page = await readLog(pulse.prisma, { after: cursor, until: head, limit: rows, filter });
    found.push(...page.entries);
    if (found.length > 0) characters += page.characters;
    cursor = page.next;
    complete = page.complete;
  }
  const events = found.slice(0, limit).flatMap(({ entry }) => (entry.type === 'event' ? stripType(entry) : []));
  if (found.length > limit) return { events, nextCursor: formatCursor((found[limit - 1] as TailEntry).cursor) };
  return { events, nextCursor: complete ? null : formatCursor(cursor) };
}

/** An event as the API gives it, without the mark that tells it from a refusal in a timeline. */
export function stripType({ type, ...event }: { type: 'event' } & PulseEvent): PulseEvent {
  return event;
}
