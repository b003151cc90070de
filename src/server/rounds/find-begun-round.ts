import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** A round as its `__round__` tells. */
export interface BegunRound {
  /** The definition's name. */
  name: string;
  role: string;
  begunAt: Date;
  /** When its time is up; null when it has as long as it takes. */
  deadline: string | null;
}

/** Finds a round that an adapter or a worker has begun. **Shape** undefined when it has not. **Errors** `UNAVAILABLE` */
export async function findBegunRound(
  pulse: Pulse,
  { key, round, adapterId }: { key: string; round: number; adapterId: string },
): Promise<BegunRound | undefined> {
  const finding = pulse.prisma.$queryRaw<BegunRound[]>`
    SELECT w.name, e.payload->>'role' AS role, e.occurred_at AS "begunAt", e.payload->>'deadline' AS deadline
    FROM workflow w JOIN event e ON e.key = w.key AND e.kind = w.name || '.__round__'
    WHERE w.key = ${key} AND e.payload @> jsonb_build_object('round', ${round}::int, 'adapter', ${adapterId}::text)
    ORDER BY e.position DESC
    LIMIT 1`;
  const [begun] = await finding.catch((error) => {
    throw toUnavailable(error);
  });
  return begun;
}
