import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTail, keepTail } from './tail-text.ts';

async function tailOf(chunks: readonly Uint8Array[], maxBytes: number): Promise<string> {
  const stream = new PassThrough();
  const tail = keepTail(stream, maxBytes);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  return tail();
}

describe('keepTail', () => {
  it('gives the whole characters among the last bytes, however the text was cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (text, max, size) => {
          const clean = text.replaceAll('\0', '');
          const bytes = Buffer.from(clean, 'utf8');
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
            bytes.subarray(n * size, (n + 1) * size),
          );
          const tail = await tailOf(chunks, max);
          expect(clean.endsWith(tail)).toBe(true);
          expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(max);
          expect(Buffer.byteLength(tail)).toBeGreaterThan(Math.min(bytes.length, max) - 4);
        },
      ),
    );
  });

  it('replaces what cannot be stored', () => {
    expect(decodeTail(Uint8Array.of(0x61, 0x00, 0xff, 0x62), false)).toBe('a\ufffd\ufffdb');
  });

  it('keeps bytes that are broken in the middle, and drops only a halved first character', () => {
    expect(decodeTail(Uint8Array.of(0xa4, 0x61), true)).toBe('a');
    expect(decodeTail(Uint8Array.of(0xa4, 0x61), false)).toBe('\ufffda');
  });
});
