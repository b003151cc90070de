import { invalidInput, PulseError } from '#domain/errors.ts';
import { extendChain, zeroHash } from '../log/hash.ts';
import { type ExportFormat, formatHead, formatLine, type Seal } from './export-format.ts';
import { type LogReader, withLogReader } from './read-log.ts';

export interface ExportOptions {
  /** Only the events of one key. */
  key?: string | undefined;
  /** The seal of the export that this one goes on from. */
  after?: Seal | undefined;
  /** The last position to write, where that is not the log's last. */
  to?: number | undefined;
  format: ExportFormat;
  /** Takes one line, without its end. */
  write: (line: string) => Promise<void>;
  now?: () => Date;
}

/**
 * Writes a log, a part of it that goes on from another export, or the events of one key, line by line.
 *
 * It writes what is there, whether it holds or not: verify the file.
 *
 * **Shape** how many events were written.
 * **Errors** `UNAVAILABLE`; `NOT_FOUND` for a key without events and `INVALID_INPUT` for a part that the log does not
 * have, before anything is written.
 * **Source** `docs/audit.md`
 */
export async function exportLog({ url }: { url: string }, options: ExportOptions): Promise<number> {
  return withLogReader(url, async (reader) => {
    const { key, format, write, now = () => new Date() } = options;
    const { after, until, seal } = await findPart(reader, options);
    const head = formatHead(format, { whole: key === undefined });
    if (head !== undefined) await write(head);
    let written = 0;
    let chain = options.after?.root ?? zeroHash;
    for await (const page of reader.readPages({ after, until, key })) {
      for (const event of page) {
        chain = extendChain(chain, event.hash);
        await write(formatLine(format, { event: key === undefined ? { ...event, chain } : event }));
        written += 1;
      }
    }
    const exportedAt = now().toISOString();
    await write(formatLine(format, { seal: { version: 1, key: key ?? null, root: chain, ...seal, exportedAt } }));
    return written;
  });
}

/** Finds out what to write, and what the log says of its end; the chain inside the log is the export's to compute. */
async function findPart(reader: LogReader, { key, after, to }: ExportOptions) {
  if (key !== undefined) {
    const end = await reader.readKeyEnd(key);
    if (!end) throw new PulseError('NOT_FOUND', `There are no events of '${key}'`, { what: 'workflow', id: key });
    const { logId, size, root, until } = end;
    return { until, seal: { logId, size, root } };
  }
  const { logId, size, root } = await reader.readEnd();
  if (after && (after.key !== null || after.logId !== logId)) throw invalidInput('--after', 'is no export of this log');
  const until = to ?? size;
  if (until > size) throw invalidInput('--to', `is behind the end of the log, which is at ${size}`);
  if (after && until < after.size)
    throw invalidInput('--to', `is before the end of --after, which is at ${after.size}`);
  return { after: after?.size, until, seal: { logId, size: until, ...(until === size && { root }) } };
}
