import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/**
 * Says of a lease that its holder only waits until something happens to the workflow: it then counts for no limit.
 *
 * **Errors** `UNAVAILABLE`
 */
export async function parkLease(
  pulse: Pulse,
  { key, adapterId, epoch }: { key: string; adapterId: string; epoch: number },
): Promise<void> {
  const parking = pulse.prisma.$executeRaw`
    UPDATE lease SET is_parked = true WHERE key = ${key} AND adapter_id = ${adapterId} AND epoch = ${epoch}`;
  await parking.catch((error) => {
    throw toUnavailable(error);
  });
}
