import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';
import { aliveMs } from './list-adapters.ts';

/**
 * Finds those of some definitions that an adapter which is alive and allows commands can run.
 *
 * **Errors** `UNAVAILABLE`
 */
export async function findAllowing(pulse: Pulse, names: readonly string[]): Promise<string[]> {
  try {
    const rows = await pulse.prisma.$queryRaw<{ name: string }[]>`
      SELECT DISTINCT name FROM unnest(${names}::text[]) AS name JOIN adapter a ON name = ANY (a.definitions)
      WHERE a.allows_commands AND a.seen_at > now() - ${aliveMs}::int * interval '1 ms'`;
    return rows.map(({ name }) => name);
  } catch (error) {
    throw toUnavailable(error);
  }
}
