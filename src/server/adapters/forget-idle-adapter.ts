import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** Forgets an adapter that has gone, unless it holds a lease: then it may be back in a moment. **Errors** `UNAVAILABLE` */
export async function forgetIdleAdapter(pulse: Pulse, id: string): Promise<void> {
  try {
    await pulse.prisma.$executeRaw`
      DELETE FROM adapter a WHERE a.id = ${id} AND NOT EXISTS (SELECT FROM lease l WHERE l.adapter_id = a.id)`;
  } catch (error) {
    throw toUnavailable(error);
  }
}
