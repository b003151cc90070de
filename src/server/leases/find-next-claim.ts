import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/**
 * Finds out when looking for work is worth while again: when the first lease runs out among workflows that need an adapter.
 *
 * **Shape** milliseconds from now by the database's clock, 0 when one can be claimed now; null when there is none.
 * **Errors** `UNAVAILABLE`
 */
export async function findNextClaim(
  pulse: Pulse,
  { names, except = [] }: { names: string[]; except?: string[] },
): Promise<number | null> {
  const finding = pulse.prisma.$queryRaw<[{ ms: number | null }]>`
    SELECT CASE WHEN EXISTS (
      SELECT FROM unnest(${names}::text[]) AS wanted(name) CROSS JOIN LATERAL (
        SELECT FROM workflow w
        WHERE w.claimable_name = wanted.name AND NOT w.key = ANY (${except})
          AND coalesce((SELECT l.expires_at <= now() FROM lease l WHERE l.key = w.key), true)
        ORDER BY w.started_at
        LIMIT 1
      ) AS found
    ) THEN 0 ELSE (
      SELECT min(extract(epoch FROM greatest(held.expires_at - now(), interval '0'))::float8 * 1000)
      FROM unnest(${names}::text[]) AS wanted(name) CROSS JOIN LATERAL (
        SELECT l.expires_at FROM lease l
        WHERE l.name = wanted.name AND NOT l.key = ANY (${except})
          AND (SELECT w.claimable_name IS NOT NULL FROM workflow w WHERE w.key = l.key)
        ORDER BY l.expires_at
        LIMIT 1
      ) AS held
    ) END AS ms`;
  const [{ ms }] = await finding.catch((error) => {
    throw toUnavailable(error);
  });
  return ms;
}
