import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';
import type { Claim, Limits } from './claim-workflows.ts';

/** A round that an adapter has offered to workers in other processes, claimed by one of them. */
export interface OfferedClaim extends Claim {
  /** Which role it is, as `<definition>.<role>`. */
  offered: string;
}

/**
 * Takes the lease of a workflow that waits for a worker, the one that began first, unless its definition's limit is reached.
 *
 * What is offered is what waits for the event of one of these roles, with the reason `worker`. As with every claim, taking the
 * lease raises the stream's epoch.
 *
 * **Shape** undefined when nothing is offered that there is a place for.
 * **Locks** as `pulse_claim_offered` says: it waits only for those who claim, renew or append just then, where a definition has a limit.
 * **Errors** `UNAVAILABLE`; whatever was claimed then runs out by itself.
 */
export async function claimOffered(
  pulse: Pulse,
  {
    adapterId,
    roles,
    limits = new Map(),
    ttlMs,
  }: { adapterId: string; roles: readonly string[]; limits?: Limits; ttlMs: number },
): Promise<OfferedClaim | undefined> {
  const limited = [...limits.keys()].sort();
  const most = limited.map((name) => limits.get(name));
  const claiming = pulse.prisma.$queryRaw<OfferedClaim[]>`
    SELECT key, name, epoch, offered
    FROM pulse_claim_offered(${adapterId}, ${roles}::text[], ${limited}::text[], ${most}::int[], ${ttlMs}::int)`;
  const [claim] = await claiming.catch((error) => {
    throw toUnavailable(error);
  });
  return claim;
}
