import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** A lease that an adapter still holds. */
export interface HeldLease {
  key: string;
  epoch: number;
  /** Whether the stream still stands at the lease's epoch. An abort or end has raised it when it does not. */
  isCurrent: boolean;
}

/**
 * Renews leases of an adapter: those of the given keys that it holds.
 *
 * A lease that ran out but that nobody has taken is won back: the lock on its row decides between renewing and claiming, also
 * where a claim needed its place because of a limit.
 *
 * **Shape** what the adapter still holds; what is missing is somebody else's, or nobody's, and must not be worked on.
 * **Locks** the adapter's lease rows in order of key, no other; it waits for those who claim or append just then.
 * **Errors** `UNAVAILABLE`; nothing is known about the leases then.
 */
export async function renewLeases(
  pulse: Pulse,
  { adapterId, keys, ttlMs }: { adapterId: string; keys: string[]; ttlMs: number },
): Promise<HeldLease[]> {
  const renewing = pulse.prisma.$queryRaw<HeldLease[]>`
    WITH mine AS MATERIALIZED (
      SELECT key FROM lease WHERE adapter_id = ${adapterId} AND key = ANY (${keys}) ORDER BY key FOR UPDATE
    ), renewed AS (
      UPDATE lease l SET due_at = now() + ${ttlMs}::int * interval '1 ms'
      FROM mine WHERE l.key = mine.key
      RETURNING l.key, l.epoch
    )
    SELECT r.key, r.epoch, s.lease_epoch = r.epoch AS "isCurrent" FROM renewed r JOIN stream s ON s.key = r.key ORDER BY r.key`;
  return renewing.catch((error) => {
    throw toUnavailable(error);
  });
}
