import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** Says that an adapter has stopped. Leases that it did not release run out by themselves. **Errors** `UNAVAILABLE` */
export async function unregisterAdapter(pulse: Pulse, id: string): Promise<void> {
  try {
    await pulse.prisma.adapter.deleteMany({ where: { id } });
  } catch (error) {
    throw toUnavailable(error);
  }
}
