import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';
import { type Limits, listLimits } from './claim-workflows.ts';

/** When and where there is work next. */
export interface NextClaim {
  /** Milliseconds by the database's clock until something can be claimed: 0 when it can be now, null when nothing will be due. */
  inMs: number | null;
  /** The definitions of which some workflow is due and cannot be claimed: as many as may be are held. */
  fullNames: string[];
}

type Row = { name: string; dueInMs: number | null; heldForMs: number | null; isFull: boolean };

/**
 * Finds out when looking for work is worth while again: when the first turn of some definitions is due. Where a definition
 * has a limit that is reached, that is not before one of its leases runs out.
 *
 * **Errors** `UNAVAILABLE`
 */
export async function findNextClaim(
  pulse: Pulse,
  { names, limits = new Map(), except = [] }: { names: string[]; limits?: Limits; except?: string[] },
): Promise<NextClaim> {
  const most = listLimits(names, limits);
  const finding = pulse.prisma.$queryRaw<Row[]>`
    SELECT wanted.name, extract(epoch FROM next.due_at - now())::float8 * 1000 AS "dueInMs",
           extract(epoch FROM held.until - now())::float8 * 1000 AS "heldForMs",
           coalesce(held.count >= wanted.most, false) AS "isFull"
    FROM unnest(${names}::text[], ${most}::int[]) AS wanted(name, most)
    CROSS JOIN LATERAL (
      SELECT l.due_at FROM lease l
      WHERE l.name = wanted.name AND l.due_at IS NOT NULL AND NOT l.key = ANY (${except}::text[])
      ORDER BY l.due_at
      LIMIT 1
    ) AS next
    LEFT JOIN LATERAL (
      SELECT count(*), min(l.due_at) AS until FROM lease l
      WHERE l.name = wanted.name AND l.adapter_id IS NOT NULL AND NOT l.is_parked
    ) AS held ON wanted.most IS NOT NULL`;
  const rows = await finding.catch((error) => {
    throw toUnavailable(error);
  });
  const times = rows.map(({ dueInMs, heldForMs, isFull }) => Math.max(dueInMs ?? 0, isFull ? (heldForMs ?? 0) : 0, 0));
  return {
    inMs: times.length > 0 ? Math.min(...times) : null,
    fullNames: rows.filter(({ dueInMs, isFull }) => isFull && (dueInMs ?? 0) <= 0).map(({ name }) => name),
  };
}
