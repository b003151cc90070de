import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** A workflow that an adapter may run, as long as it renews the lease. Its appends carry the epoch. */
export interface Claim {
  key: string;
  name: string;
  epoch: number;
}

/** How many workflows of a definition all adapters together may hold at once, by its name; any number of those that are missing. */
export type Limits = ReadonlyMap<string, number>;

/**
 * Takes the leases of workflows whose turn it is: they need an adapter and have none, the longest due first.
 *
 * An active workflow needs one unless it waits; so does one that is aborted or ended while nobody has recorded that its role
 * is dead. Taking a lease raises the stream's epoch, so whoever held it before can append nothing more.
 *
 * **Shape** at most `limit` claims, in no order; none when there is nothing to do.
 * **Locks** as `pulse_claim` says: it waits only for those who claim, renew or append just then, where a definition has a limit.
 * **Errors** `UNAVAILABLE`; whatever was claimed then runs out by itself.
 */
export async function claimWorkflows(
  pulse: Pulse,
  {
    adapterId,
    names,
    limits = new Map(),
    limit,
    ttlMs,
    except = [],
  }: { adapterId: string; names: string[]; limits?: Limits; limit: number; ttlMs: number; except?: string[] },
): Promise<Claim[]> {
  const most = listLimits(names, limits);
  const claiming = pulse.prisma.$queryRaw<Claim[]>`
    SELECT key, name, epoch
    FROM pulse_claim(${adapterId}, ${names}::text[], ${most}::int[], ${limit}::int, ${ttlMs}::int, ${except}::text[])`;
  return claiming.catch((error) => {
    throw toUnavailable(error);
  });
}

/** The limit of each name, as a literal of an array: Prisma's arrays hold no null. */
export function listLimits(names: readonly string[], limits: Limits): string {
  return `{${names.map((name) => limits.get(name) ?? 'NULL').join(',')}}`;
}
