import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';
import type { Claim } from './claim-workflows.ts';

/** A round that an adapter has offered to workers in other processes, claimed by one of them. */
export interface OfferedClaim extends Claim {
  /** Which role it is, as `<definition>.<role>`. */
  offered: string;
}

/**
 * Takes the lease of a workflow that waits for a worker, the one that began first.
 *
 * What is offered is what waits for the event of one of these roles, with the reason `worker`. As with every claim, taking the
 * lease raises the stream's epoch.
 *
 * **Shape** undefined when nothing is offered.
 * **Locks** one lease and one stream row, passing over those that are locked.
 * **Errors** `UNAVAILABLE`; whatever was claimed then runs out by itself.
 */
export async function claimOffered(
  pulse: Pulse,
  { adapterId, roles, ttlMs }: { adapterId: string; roles: readonly string[]; ttlMs: number },
): Promise<OfferedClaim | undefined> {
  const claiming = pulse.prisma.$queryRaw<OfferedClaim[]>`
    WITH due AS MATERIALIZED (
      SELECT l.key, w.waiting_for AS offered, s.lease_epoch + 1 AS epoch
      FROM workflow w JOIN lease l ON l.key = w.key JOIN stream s ON s.key = w.key
      WHERE w.waiting_for = ANY (${roles}::text[]) AND l.adapter_id IS NULL AND (
        SELECT e.payload->>'reason' = 'worker' FROM event e
        WHERE e.key = w.key AND e.kind = w.name || '.__wait__' ORDER BY e.position DESC LIMIT 1
      )
      ORDER BY w.start_position
      LIMIT 1
      FOR UPDATE OF l, s SKIP LOCKED
    ), fenced AS (
      UPDATE stream s SET lease_epoch = d.epoch FROM due d WHERE s.key = d.key RETURNING s.key, s.lease_epoch AS epoch
    ), taken AS (
      UPDATE lease l SET adapter_id = ${adapterId}, epoch = f.epoch, due_at = now() + ${ttlMs}::int * interval '1 ms', is_parked = false
      FROM fenced f WHERE l.key = f.key
      RETURNING l.key, l.name, l.epoch
    )
    SELECT t.key, t.name, t.epoch, d.offered FROM taken t JOIN due d ON d.key = t.key`;
  const [claim] = await claiming.catch((error) => {
    throw toUnavailable(error);
  });
  return claim;
}
