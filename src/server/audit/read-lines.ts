import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';

/** Longer than any line of an export: a payload of the largest size, every character of it escaped. */
const maxLineBytes = 4 * 1024 * 1024;
const readBytes = 256 * 1024;

/** A line of a file, without its end; `cut` when the file stops before the line does. */
export interface Line {
  text: string | undefined;
  cut: boolean;
}

/**
 * Reads a file line by line. Only `\n` ends one: JSON may hold the other separators of Unicode as they are.
 *
 * **Shape** a line that is no UTF-8, or longer than any of an export, has no text, and nothing more is read.
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes: Buffer) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const text = decode(Buffer.concat([...rest, chunk.subarray(start, end)]));
      yield { text, cut: false };
      if (text === undefined) return;
      rest = [];
      restBytes = 0;
      start = end + 1;
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > maxLineBytes) return yield { text: undefined, cut: false };
  }
  if (restBytes > 0) yield { text: decode(Buffer.concat(rest)), cut: true };
}

/** Longer than any seal. */
const sealBytes = 16 * 1024;

/** Reads the last line of a file; empty when that is longer than a seal. */
export async function readLastLine(path: string): Promise<string> {
  const { size } = await stat(path);
  const end = await buffer(createReadStream(path, { start: Math.max(0, size - sealBytes) }));
  return end.toString('utf8').split('\n').at(-2) ?? '';
}
