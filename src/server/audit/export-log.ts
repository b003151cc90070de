import { PulseError } from '#domain/errors.ts';
import { extendChain, zeroHash } from '../log/hash.ts';
import { type ExportFormat, formatHead, formatLine } from './export-format.ts';
import { withLogReader } from './read-log.ts';

/**
 * Writes a log, or the events of one key, line by line.
 *
 * It writes what is there, whether it holds or not: verify the file.
 *
 * **Shape** how many events were written.
 * **Errors** `UNAVAILABLE`; `NOT_FOUND` for a key without events, before anything is written.
 * **Source** `docs/audit.md`
 */
export async function exportLog(
  { url }: { url: string },
  {
    key,
    format,
    write,
    now = () => new Date(),
  }: {
    key?: string | undefined;
    format: ExportFormat;
    /** Takes one line, without its end. */
    write: (line: string) => Promise<void>;
    now?: () => Date;
  },
): Promise<number> {
  return withLogReader(url, async (reader) => {
    const whole = key === undefined;
    const end = whole ? await reader.readEnd() : await reader.readKeyEnd(key);
    if (!end) throw new PulseError('NOT_FOUND', `There are no events of '${key}'`, { what: 'workflow', id: key ?? '' });
    const head = formatHead(format, { whole });
    if (head !== undefined) await write(head);
    let written = 0;
    let chain = zeroHash;
    for await (const page of reader.readPages(end.until, key)) {
      for (const event of page) {
        chain = extendChain(chain, event.hash);
        await write(formatLine(format, { event: whole ? { ...event, chain } : event }));
        written += 1;
      }
    }
    const { logId, size, root } = end;
    const seal = { version: 1 as const, logId, key: key ?? null, size, root, exportedAt: now().toISOString() };
    await write(formatLine(format, { seal }));
    return written;
  });
}
