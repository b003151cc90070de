import type { OutputStream } from '#domain/output.ts';
import { decodeTail } from '../tail-text.ts';
import { measureWhole } from './whole-characters.ts';

/** A part of what a round has printed, as it is stored. */
export interface PendingChunk {
  stream: OutputStream;
  text: string;
  bytes: number;
  /** How many bytes the round had printed when it was over, those included that were dropped. */
  endByte: number;
  at: Date;
}

/** What a round has printed and nobody has taken yet. */
export interface PendingOutput {
  /** How much memory that takes, about. */
  heldBytes(): number;
  isEmpty(): boolean;
  add(stream: OutputStream, bytes: Buffer): void;
  /** Drops some of the oldest. What is taken next leaves room for it between its `endByte` and the one before. */
  dropOldest(): void;
  /** Says that no more will be added: halves of characters, which wait for the other half until then, can be taken. */
  finish(): void;
  /** Takes the oldest, about so many bytes of it. */
  take(maxBytes: number): PendingChunk[];
}

interface Piece {
  stream: OutputStream;
  bytes: Buffer;
  at: Date;
}

/** So much is one chunk at most. */
const chunkBytes = 16 * 1024;
/** What a piece takes beside its bytes: a program may print them one by one. */
const pieceBytes = 256;

export function createPendingOutput(): PendingOutput {
  const pieces: Piece[] = [];
  /** The first bytes of a character, and whether something was dropped since the last chunk. */
  const half = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const isCut = { stdout: false, stderr: false };
  let heldBytes = 0;
  let endByte = 0;
  let isFinished = false;

  function push(piece: Piece): void {
    pieces.push(piece);
    heldBytes += piece.bytes.length + pieceBytes;
  }

  function shift(): Piece | undefined {
    const piece = pieces.shift();
    if (piece) heldBytes -= piece.bytes.length + pieceBytes;
    return piece;
  }

  function takeChunk(): PendingChunk | undefined {
    const { stream, at, bytes: first } = shift() as Piece;
    const parts = [half[stream], first];
    let length = first.length;
    while (pieces[0]?.stream === stream && length + pieces[0].bytes.length <= chunkBytes) {
      length += pieces[0].bytes.length;
      parts.push((shift() as Piece).bytes);
    }
    const bytes = Buffer.concat(parts);
    const isLast = isFinished && !pieces.some((piece) => piece.stream === stream);
    const end = isLast ? bytes.length : measureWhole(bytes);
    half[stream] = bytes.subarray(end);
    if (end === 0) return undefined;
    endByte += end;
    const text = decodeTail(bytes.subarray(0, end), isCut[stream]);
    isCut[stream] = false;
    return { stream, text, bytes: end, endByte, at };
  }

  return {
    heldBytes: () => heldBytes,
    isEmpty: () => pieces.length === 0,
    add: (stream, bytes) => {
      const at = new Date();
      for (let start = 0; start < bytes.length; start += chunkBytes)
        push({ stream, bytes: bytes.subarray(start, start + chunkBytes), at });
    },
    dropOldest: () => {
      const piece = shift();
      if (!piece) return;
      endByte += half[piece.stream].length + piece.bytes.length;
      half[piece.stream] = Buffer.alloc(0);
      isCut[piece.stream] = true;
    },
    finish: () => {
      if (isFinished) return;
      isFinished = true;
      for (const stream of ['stdout', 'stderr'] as const)
        if (half[stream].length > 0) push({ stream, bytes: Buffer.alloc(0), at: new Date() });
    },
    take: (maxBytes) => {
      const chunks: PendingChunk[] = [];
      for (let taken = 0; taken < maxBytes && pieces.length > 0; ) {
        const chunk = takeChunk();
        if (chunk) chunks.push(chunk);
        taken += chunk?.bytes ?? 0;
      }
      return chunks;
    },
  };
}
