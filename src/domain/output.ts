import * as z from 'zod/mini';

/** Where a program prints to. What a function logs goes to `stdout`. */
export const OutputStream = z.enum(['stdout', 'stderr']);
export type OutputStream = z.infer<typeof OutputStream>;

/** A part of what a role has printed. Chunks follow each other as they were printed, and a character is never halved. */
export interface OutputChunk {
  /** The cursor that goes on right after it: `4-8192`. */
  id: string;
  round: number;
  role: string;
  stream: OutputStream;
  /** As it was printed, with the codes for colours. What is no UTF-8, and NUL, is U+FFFD. */
  text: string;
  /** How much it is as it was printed. */
  bytes: number;
  /** How much of the round was dropped between this chunk and the one before it, 0 mostly. */
  missingBytes: number;
  /** When it was printed: ISO 8601, UTC, by the adapter's clock. */
  at: string;
}

/** What a reader that follows the output is given. `over`: a round has ended, or with `null` the workflow itself. */
export type OutputItem = ({ type: 'chunk' } & OutputChunk) | { type: 'over'; round: number | null };

/** A place in a workflow's output: after so many bytes of a round. */
export interface OutputPlace {
  round: number;
  endByte: number;
}

const placeShape = /^(\d{1,9})-(\d{1,15})$/;

/** The text of a place in the output. **Shape** `4-8192` */
export const OutputCursor = z.string().check(z.regex(placeShape, 'must be the id of a chunk of output'));

/** Writes a place in the output as its text. */
export function formatOutputPlace({ round, endByte }: OutputPlace): string {
  return `${round}-${endByte}`;
}

/** Reads what {@link OutputCursor} lets pass; the beginning without it. */
export function parseOutputPlace(cursor: string | undefined): OutputPlace {
  const [, round = 0, endByte = 0] = placeShape.exec(cursor ?? '') ?? [];
  return { round: Number(round), endByte: Number(endByte) };
}
