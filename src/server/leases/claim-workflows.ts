import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** A workflow that an adapter may run, as long as it renews the lease. Its appends carry the epoch. */
export interface Claim {
  key: string;
  name: string;
  epoch: number;
}

/** How many are looked at for one that is claimed, as others may be claiming the same. */
const candidatesPerClaim = 4;

/**
 * Takes the leases of workflows that need an adapter and have none, those that began first first.
 *
 * An active workflow needs one; so does one that is aborted or ended while nobody has recorded that its role is dead.
 * Taking a lease raises the stream's epoch, so whoever held it before can append nothing more.
 *
 * **Shape** at most `limit` claims, in order of key; none when there is nothing to do.
 * **Locks** the stream rows, passing over those that are locked, then the lease rows in order of key; never log_head.
 * Appends wait for no lease row and claims wait for no stream row, so they can't block each other in a circle.
 * **Errors** `UNAVAILABLE`; whatever was claimed then runs out by itself.
 */
export async function claimWorkflows(
  pulse: Pulse,
  {
    adapterId,
    names,
    limit,
    ttlMs,
    except = [],
  }: { adapterId: string; names: string[]; limit: number; ttlMs: number; except?: string[] },
): Promise<Claim[]> {
  // Between the snapshot and the lock another adapter may have taken the lease: ON CONFLICT looks at the newest row.
  const claiming = pulse.prisma.$queryRaw<Claim[]>`
    WITH candidate AS MATERIALIZED (
      SELECT found.* FROM unnest(${names}::text[]) AS wanted(name) CROSS JOIN LATERAL (
        SELECT w.key, w.name, w.started_at, w.start_position FROM workflow w
        WHERE w.claimable_name = wanted.name AND NOT w.key = ANY (${except})
          AND coalesce((SELECT l.expires_at <= now() FROM lease l WHERE l.key = w.key), true)
        ORDER BY w.started_at, w.start_position
        LIMIT ${limit * candidatesPerClaim}
      ) AS found
    ), due AS MATERIALIZED (
      SELECT s.key, c.name, s.lease_epoch + 1 AS epoch
      FROM candidate c JOIN stream s ON s.key = c.key
      ORDER BY c.started_at, c.start_position
      LIMIT ${limit}
      FOR UPDATE OF s SKIP LOCKED
    ), taken AS (
      INSERT INTO lease (key, name, adapter_id, epoch, expires_at)
      SELECT key, name, ${adapterId}, epoch, now() + ${ttlMs}::int * interval '1 ms' FROM due ORDER BY key
      ON CONFLICT (key) DO UPDATE
        SET adapter_id = excluded.adapter_id, epoch = excluded.epoch, expires_at = excluded.expires_at
        WHERE lease.expires_at <= now()
      RETURNING key, epoch
    ), fenced AS (
      UPDATE stream s SET lease_epoch = t.epoch FROM taken t WHERE s.key = t.key
      RETURNING s.key, s.lease_epoch AS epoch
    )
    SELECT f.key, d.name, f.epoch FROM fenced f JOIN due d ON d.key = f.key ORDER BY f.key`;
  return claiming.catch((error) => {
    throw toUnavailable(error);
  });
}
