import type { Readable } from 'node:stream';
import { makeStorable } from '#domain/json.ts';

/** Keeps the last `maxBytes` bytes of a stream. **Shape** a function that gives them as text, cut between characters. */
export function keepTail(stream: Readable, maxBytes: number): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  stream.on('error', () => {}); // A pipe that breaks ends the output; the exit code tells the rest.
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    while (chunks[0] && bytes - chunks[0].length >= maxBytes) {
      bytes -= chunks[0].length;
      chunks.shift();
      cut = true;
    }
  });
  return () => {
    const kept = Buffer.concat(chunks);
    const start = Math.max(0, kept.length - maxBytes);
    return decodeTail(kept.subarray(start), cut || start > 0);
  };
}

/** Decodes UTF-8 of which the beginning was cut off: what remains of a halved first character is dropped. */
export function decodeTail(bytes: Uint8Array, cut: boolean): string {
  let start = 0;
  while (cut && start < 3 && isContinuation(bytes[start])) start++;
  return makeStorable(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start)));
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
