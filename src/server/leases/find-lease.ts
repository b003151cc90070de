import type { Status } from '#domain/workflow.ts';
import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** How a workflow stands with somebody who has claimed it. */
export interface FoundLease {
  status: Status;
  /** Why it was aborted. */
  reason: string | null;
  /** Its latest round, and that one's role as long as it runs. */
  round: number;
  role: string | null;
  /** When the time of that round is up; null when it has as long as it takes. */
  deadline: string | null;
  /** Whether the lease is still theirs: nobody has claimed it since, nor has it been given back. */
  isTheirs: boolean;
  /** Whether the stream still stands at its epoch. An abort or end has raised it when it does not. */
  isCurrent: boolean;
}

/** Looks at a workflow and at the lease that somebody has had of it. **Shape** undefined for an unknown key. **Errors** `UNAVAILABLE` */
export async function findLease(
  pulse: Pulse,
  { key, adapterId, epoch }: { key: string; adapterId: string; epoch: number },
): Promise<FoundLease | undefined> {
  const finding = pulse.prisma.$queryRaw<FoundLease[]>`
    SELECT w.status, w.reason, w.round, w.role, l.key IS NOT NULL AS "isTheirs", s.lease_epoch = ${epoch} AS "isCurrent", (
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
