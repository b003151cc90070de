import { formatCursor } from '#domain/cursor.ts';
import type { TailEntry } from '../log/read.ts';
import { stripType } from './list-events.ts';

/** What a stream says of an entry: the event as the API gives it, or the entry of an audit trail with its `type`. */
export type EntryForm = 'event' | 'entry';

const encoder = new TextEncoder();
/** What has been made is kept as long as what it was made from, of which the tail keeps a bounded part. */
const made = { event: new WeakMap<object, Uint8Array>(), entry: new WeakMap<object, Uint8Array>() };

/**
 * Writes entries as server-sent events: `id:` the cursor, `data:` the entry as JSON.
 *
 * Each entry is serialised once for all who are given it, and a page that is shared is put together once.
 * **Shape** bytes, which any number of connections can hold without a copy of their own.
 */
export function encodeEntries(entries: readonly TailEntry[], form: EntryForm): Uint8Array {
  return makeOnce(form, entries, () => {
    const frames = entries.map((item) => makeOnce(form, item, () => encodeEntry(item, form)));
    return frames.length === 1 ? (frames[0] as Uint8Array) : Buffer.concat(frames);
  });
}

function encodeEntry({ cursor, entry }: TailEntry, form: EntryForm): Uint8Array {
  const data = form === 'event' && entry.type === 'event' ? stripType(entry) : entry;
  // Not a Buffer: a small one is a part of a pool, all of which would be kept for it.
  return encoder.encode(`id: ${formatCursor(cursor)}\ndata: ${JSON.stringify(data)}\n\n`);
}

function makeOnce(form: EntryForm, source: object, make: () => Uint8Array): Uint8Array {
  const known = made[form].get(source);
  if (known) return known;
  const bytes = make();
  made[form].set(source, bytes);
  return bytes;
}
