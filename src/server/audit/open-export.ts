import { z } from 'zod';
import { Key } from '#domain/event.ts';
import type { Pulse } from '../pulse.ts';
import { exportLog } from './export-log.ts';

/** What to download: the events of one key. */
export const DownloadTrail = z.strictObject({ key: Key, format: z.enum(['jsonl', 'csv']).default('jsonl') });

const blockCharacters = 64 * 1024;

/**
 * Gives the export of a key, as `upulse audit export --key` writes it, no faster than it is taken.
 *
 * One that fails in the middle or is given up is cut off: it lacks the seal, and does not verify.
 *
 * **Errors** `NOT_FOUND` for a key without events and `UNAVAILABLE`, before there is a stream.
 * **Source** `docs/audit.md`
 */
export function openExport(
  { url }: Pick<Pulse, 'url'>,
  { key, format }: z.output<typeof DownloadTrail>,
): Promise<ReadableStream<Uint8Array>> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  writer.closed.catch(() => {}); // Whoever left is no failure.
  const encoder = new TextEncoder();
  return new Promise((resolve, reject) => {
    let lines = '';
    const flush = async () => {
      resolve(readable);
      const block = encoder.encode(lines);
      lines = '';
      await writer.write(block);
    };
    const write = async (line: string) => {
      lines += `${line}\n`;
      if (lines.length > blockCharacters) await flush();
    };
    exportLog({ url }, { key, format, write })
      .then(flush)
      .then(() => writer.close())
      .catch((error) => {
        reject(error);
        writer.abort(error).catch(() => {});
      });
  });
}
