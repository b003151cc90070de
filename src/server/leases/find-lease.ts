import type { Status } from '#domain/workflow.ts';
import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** How a workflow stands with somebody who has claimed it. */
export interface FoundLease {
  status: Status;
  /** Why it was aborted. */
  reason: string | null;
  /** Whether the lease is still theirs, under an epoch that is still the stream's. */
  isHeld: boolean;
  /** When the time of the round that began last is up; null when it has as long as it takes. */
  deadline: string | null;
}

/** Looks at a workflow and at the lease that somebody has had of it. **Shape** undefined for an unknown key. **Errors** `UNAVAILABLE` */
export async function findLease(
  pulse: Pulse,
  { key, adapterId, epoch }: { key: string; adapterId: string; epoch: number },
): Promise<FoundLease | undefined> {
  const finding = pulse.prisma.$queryRaw<FoundLease[]>`
    SELECT w.status, w.reason, l.key IS NOT NULL AND s.lease_epoch = ${epoch} AS "isHeld", (
        SELECT e.payload->>'deadline' FROM event e
        WHERE e.key = w.key AND e.kind = w.name || '.__round__' ORDER BY e.position DESC LIMIT 1
      ) AS deadline
    FROM workflow w JOIN stream s ON s.key = w.key
    LEFT JOIN lease l ON l.key = w.key AND l.adapter_id = ${adapterId} AND l.epoch = ${epoch}
    WHERE w.key = ${key}`;
  const [found] = await finding.catch((error) => {
    throw toUnavailable(error);
  });
  return found;
}
