import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** Notes that an adapter that has registered is alive. **Errors** `UNAVAILABLE` */
export async function seeAdapter(pulse: Pulse, id: string): Promise<void> {
  try {
    await pulse.prisma.$executeRaw`UPDATE adapter SET seen_at = now() WHERE id = ${id}`;
  } catch (error) {
    throw toUnavailable(error);
  }
}
