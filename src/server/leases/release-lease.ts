import { toUnavailable } from '../db/connection.ts';
import { releaseChannel } from '../log/listen.ts';
import type { Pulse } from '../pulse.ts';

/**
 * Gives a lease back: the workflow is due at once, for any adapter, after those that are due already. The others are told.
 *
 * **Shape** whether it was still held; a lease that somebody else has taken stays theirs.
 * **Errors** `UNAVAILABLE`; the lease then runs out by itself.
 */
export async function releaseLease(
  pulse: Pulse,
  { key, adapterId, epoch }: { key: string; adapterId: string; epoch: number },
): Promise<boolean> {
  const releasing = pulse.prisma.$queryRaw<unknown[]>`
    WITH released AS (
      UPDATE lease SET adapter_id = NULL, is_parked = false, due_at = now()
      WHERE key = ${key} AND adapter_id = ${adapterId} AND epoch = ${epoch}
      RETURNING key
    )
    SELECT pg_notify(${releaseChannel}, ${adapterId})::text FROM released`;
  const released = await releasing.catch((error) => {
    throw toUnavailable(error);
  });
  return released.length > 0;
}
