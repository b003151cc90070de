import { z } from 'zod';
import { Key } from '#domain/event.ts';
import { limits } from '#domain/limits.ts';
import {
  formatOutputPlace,
  type OutputChunk,
  OutputCursor,
  type OutputPlace,
  parseOutputPlace,
} from '#domain/output.ts';
import type { RoleOutputModel } from '../db/generated/models.ts';
import type { Pulse } from '../pulse.ts';
import { getWorkflow } from '../workflows/get.ts';

/** Which output, and after which chunk. */
export const OutputFilter = z.strictObject({
  key: Key,
  /** Default: all rounds. */
  round: z.number().int().min(1).max(limits.maxRounds).optional(),
  after: z.optional(OutputCursor),
});

export const GetOutput = OutputFilter.extend({
  limit: z.number().int().min(1).max(limits.pageItems).default(200),
});

export interface OutputPage {
  chunks: OutputChunk[];
  nextCursor: string | null;
}

/** Chunks are of 16 KiB at most, so that a page is of 4 MiB at most. */
const chunksPerPage = 256;

/**
 * Reads what roles have printed, as far as it is kept.
 *
 * **Shape** at most `limit` chunks, 256 at most, oldest first; `nextCursor` is null when there is no more for now: the id of the last
 * chunk is where to go on.
 * **Errors** `NOT_FOUND` when no workflow has the key.
 */
export async function getOutput(pulse: Pulse, input: z.output<typeof GetOutput>): Promise<OutputPage> {
  const page = await readOutput(pulse, input);
  if (page.chunks.length === 0) await getWorkflow(pulse, input);
  return page;
}

/** Does so without asking whether there is such a workflow. */
export async function readOutput(
  pulse: Pulse,
  { key, round, after, limit }: z.output<typeof GetOutput>,
): Promise<OutputPage> {
  const place = parseOutputPlace(after);
  const most = Math.min(limit, chunksPerPage);
  const rows = await pulse.prisma.$queryRaw<RoleOutputModel[]>`
    SELECT key, round, end_byte AS "endByte", bytes, role, stream, text, at FROM role_output
    WHERE key = ${key} AND (round, end_byte) > (${place.round}::int, ${place.endByte}::bigint)
      AND round BETWEEN ${round ?? 0}::int AND ${round ?? limits.maxRounds}::int
    ORDER BY round, end_byte LIMIT ${most + 1}`;
  const chunks: OutputChunk[] = [];
  let before = place;
  for (const row of rows.slice(0, most)) {
    chunks.push(toChunk(row, before));
    before = { round: row.round, endByte: Number(row.endByte) };
  }
  return { chunks, nextCursor: rows.length > most ? formatOutputPlace(before) : null };
}

function toChunk({ round, role, stream, text, bytes, at, endByte }: RoleOutputModel, before: OutputPlace): OutputChunk {
  const end = Number(endByte);
  const expected = before.round === round ? before.endByte : 0;
  return {
    id: formatOutputPlace({ round, endByte: end }),
    round,
    role,
    stream: stream as OutputChunk['stream'],
    text,
    bytes,
    missingBytes: Math.max(0, end - bytes - expected),
    at: at.toISOString(),
  };
}
