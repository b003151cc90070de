import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/**
 * Gives a lease back, so that any adapter may claim the workflow at once.
 *
 * **Shape** whether it was still held; a lease that somebody else has taken stays theirs.
 * **Errors** `UNAVAILABLE`; the lease then runs out by itself.
 */
export async function releaseLease(
  pulse: Pulse,
  { key, adapterId, epoch }: { key: string; adapterId: string; epoch: number },
): Promise<boolean> {
  try {
    const { count } = await pulse.prisma.lease.deleteMany({ where: { key, adapterId, epoch } });
    return count > 0;
  } catch (error) {
    throw toUnavailable(error);
  }
}
