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
    SELECT extract(epoch FROM min(greatest(coalesce(l.expires_at, now()), now()) - now()))::float8 * 1000 AS ms
    FROM workflow w
    LEFT JOIN lease l ON l.key = w.key
    WHERE (w.status = 'active' OR w.role IS NOT NULL)
      AND w.name = ANY (${names}) AND NOT w.key = ANY (${except})`;
  const [{ ms }] = await finding.catch((error) => {
    throw toUnavailable(error);
  });
  return ms;
}
